package console_test

// source of texts that a page may show: files, and of what the texts are arguments or fields.
type source struct {
	files         string
	calls, fields []string
}

// sources of the messages. What only a log, a command or a programmer's mistake says is left out.
var sources = []source{
	{files: "../control/*.go", calls: []string{"New", "Errorf", "wrong", "found"}},
	{files: "../console/*.go", calls: []string{"New", "Errorf"}},
	{files: "../sandbox/{pool,run,sandbox,snapshot,watch}.go", calls: []string{"New", "Errorf"}},
	{files: "../clock/{clock,move}.go", calls: []string{"New", "Errorf"}},
	{files: "../coverage/scope.go", calls: []string{"New", "Errorf"}},
	{files: "../delivery/{attempt,faults,reach,repeat,targets,within}.go", calls: []string{"New", "Errorf"}, fields: []string{"Err", "Why"}},
	{files: "../kyc/*.go", calls: []string{"New", "Errorf", "Find"}, fields: []string{"Found", "Expected"}},
	{files: "../k2/*.go", calls: []string{"New", "Find", "badRow", "nonsense"}, fields: []string{"Found", "Expected", "why", "Text"}},
	{files: "../abs/*.go", calls: []string{"New", "Find"}, fields: []string{"Found", "Expected", "Text"}},
	{files: "../population/{iban,iin}.go", calls: []string{"New"}},
	{files: "../contract/*.go", calls: []string{"Find", "syntaxProblem"}, fields: []string{"Found", "Expected", "Text"}},
	{files: "../contract/profile.go", calls: []string{"Errorf"}},
	{files: "../gateway/*.go", calls: []string{"Find", "find", "refusal", "transport"}, fields: []string{"Text"}},
	{files: "../simulator/remarks.go", calls: []string{"Appendf"}, fields: []string{"Text"}},
	{files: "../schema/judge.go", fields: []string{"Found", "Expected"}},
	{files: "../document/*.go", calls: []string{"wrong"}, fields: []string{"Found", "Expected", "Want"}},
	{files: "../faults/*.go", calls: []string{"refuse"}},
	{files: "../expect/*.go", fields: []string{"Found", "Expected"}},
	{files: "../verify/judge*.go", calls: []string{"Errorf"}, fields: []string{"Expected", "Seen"}},
	{
		files: "../scenario/*.go", calls: []string{"refuse", "refuseWord", "warn", "text", "formed", "whole", "above"},
		fields: []string{"Found", "Expected", "what", "required", "why", "none", "tells", "empty", "keys", "Want"},
	},
	{files: "../scenario/expression/*.go", calls: []string{"refuse"}, fields: []string{"Found", "Expected"}},
}

// unseen are texts that no page of the console causes.
var unseen = []string{
	// Queries and headers that the console does not send, or sends right.
	"direction is in or out, not {}", "format is json, md or junit, not {}", "keep is state, or is left out; not {}", "limit is a number from 1, not {}",
	"min is a percentage from 0 to 100, not {}", "q has {} bytes, at most {} are searched for", "set={}: expected a name and its value, such as set=n:10",
	"since is a time such as 2024-03-01T09:00:00Z, or a request such as req-000001, not {}", "the last event is a number, not {}",
	"within is a duration such as 5s, at most {}, not {}", "within is at most {}, not {}", "{} has no parameter {}; {}",
	"no operation {}; the nearest is {}", "no operation has an outcome {}; the nearest is {}", "no outcome {} of {}; the nearest is {}",
	"a reason is required: why the client needn't meet it", "a control token is required: send it as Authorization: Bearer TOKEN (see --control-token)",
	"a browser's request from {} is not taken here", "the Host {} is not loopback; to serve other hosts listen on their address, with a control token",
	"the token opens nothing here", "the console has no file {}", "{} does not go with {}; what does is {}", "the path has {} bytes, at most {} are taken",
	"the control API has no path {}; the nearest is {}",
	// Members of bodies that the console does not send, or sends right.
	"the body: /scenario: expected a name of the library, or a document as an object or a text, found {}", "{} is no instant such as 2024-03-01T09:00:00+05:00",
	"the body's id {} is not the path's {}", "a token has {} characters or more, not {}; it could be guessed", "a phone has eleven digits, such as 77011234567",
	"\"to\" is an instant such as 2024-04-01T00:00:00, in the clock's zone unless an offset says which, not {}{}",
	"clock: speed {} goes only with mode {}", "clock: speed must be above 0 and at most {}, not {}", "clock: unknown mode {}: real, frozen or speed",
	"clock: the offset of {} is not below 24 hours", "clock: the tz database has no zone {}; one that it has is {}", "{} is one of {}, not {}",
	"1414 has sent no code to {}", "{} expectations of the sandbox's requests are waited for, which is the most", "the sandbox {} was deleted meanwhile; {}",
	"{}: {} entries of state in {} bytes, where each takes {} or more", "the answer can't be written as JSON: {}; this is a bug of the simulator, please report it",
	// What is wrong with the flags of the program, and answers of the services.
	"deliver-allow: {} is not a host, host:port or network such as 10.0.0.0/8", "deliver-allow: {}: the port is a number from 1 to 65535",
	"deliver-proxy: {} is no http or https URL", "target {}: a URL has no password here: give the header in SIM_TARGET_…_AUTHORIZATION",
	"target {}: a base URL has no query", "target {}: its CA holds no certificate in PEM form", "target {}: {}", "{}: {} is given twice", "{}: {} is not {}",
	"pq: duplicate key value violates unique constraint \"k2extreq_pay_trn_id_uindex\"",
	"the request names no sandbox, and there is no default one; name one by the path /s/ID/, the header Sim-Sandbox or the host ID.localhost",
	"the request names no sandbox between /s/ and the next slash: the path is /s/ID/ and what follows",
	"{}; make it with PUT /_sim/sandboxes/{}, or start the simulator with --auto-sandbox",
	// Words of the reference, and code.
	"time zone", "share, above 0, at most 1", "share, such as 0.05 or `20%`", "share, such as `20%`", "size, such as `20MiB`", "quota, such as `2/1m`",
	"whole number", "instant with its offset", "HTTP status", "a comparison, such as `\"{}\"`",
	"application/pdf or image/tiff", "attachment; filename=\"…\"", "send: {}", "${{}}: {}",
}

// parts of messages: wholes has these with the rest.
var parts = []string{
	"no JSON at byte {}: {}", "no JSON: it ends too soon", "no member {} is known; the nearest is {}", "no such sandbox", "nothing is sent to {}; did you mean {}?",
	"something follows the JSON value", "a sandbox of that id exists", "as many sandboxes as may be exist", "there is no open address request to answer",
	"a subject answers with approve or reject", "{} on the phone {}", "{} of the subject {}", "{}: advance by {}", "{}: the sandbox has no target for {}",
	"{}: {} calls wait already", "{} is no http or https URL, nor sandbox:ID", "a field of {}: {}", "a status of {} ({}){}", ", as {} answers with the status {}{}",
	"{} values", "{} before {}", "the port {} is not a number from 1 to 65535", "the sandbox has no such delivery (any more)", "the call can't be made again", "{}: it is {} and was asked to be {}", "what happens", "which requests, or in which order", "{} of {} bytes",
}
