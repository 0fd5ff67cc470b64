package scenario_test

// brokenTries are wrong in what a client must do or sees.
var brokenTries = []broken{
	{"a target of a service that calls nothing", head + `targets: {asb: bank}
`, []string{
		`test.yaml:3:11: targets: found "asb", expected a service or an operation that is called: abs, abs.colvir_get_loan_debt and others; did you mean "abs"?`,
	}},
	{"a target that is a URL", head + `targets: {abs: "http://127.0.0.1/"}
`, []string{
		`test.yaml:3:16: targets.abs: found "http://127.0.0.1/", expected the name of a system, such as bank, or sandbox:ID`,
	}},
	{"an incoming demand that ends for no reason", head + `try:
  - {incoming: PTP1, ends: withdrawn}
`, []string{
		`test.yaml:4:5: try[0]: found no reason, expected the key reason: a reason of the catalogue, such as 06`,
	}},
	{"deliveries that nothing makes", head + `targets: {abs.get_cli: bank}
try:
  - {delivered: abs.reg_pt}
  - {delivered: abs.reg_ptt}
  - {delivered: kyc.address.get}
  - {delivered: abs.get_cli, outcome: fuond, count: many}
  - {delivered: abs.get_cli, expect: found}
`, []string{
		`test.yaml:5:17: try[0].delivered: found "abs.reg_pt", which nothing calls here, expected targets at the top of the document or of the case, such as targets: {abs: bank}`,
		`test.yaml:6:17: try[1].delivered: found "abs.reg_ptt", expected an operation that K2 calls: abs.colvir_get_loan_debt, abs.get_acc, abs.get_acc_stmt_dt, abs.get_all_pt_from_abs, abs.get_cli, abs.get_pdf, abs.post_all_loan_exclude_to_eko, abs.refuse_pt, abs.reg_pt, abs.return_pt, abs.way4_get_loan_debt; did you mean "abs.reg_pt"?`,
		`test.yaml:7:17: try[2].delivered: found "kyc.address.get", expected an operation that K2 calls: abs.colvir_get_loan_debt, abs.get_acc, abs.get_acc_stmt_dt, abs.get_all_pt_from_abs, abs.get_cli, abs.get_pdf, abs.post_all_loan_exclude_to_eko, abs.refuse_pt, abs.reg_pt, abs.return_pt, abs.way4_get_loan_debt`,
		`test.yaml:8:39: try[3].outcome: found "fuond", expected an outcome of abs.get_cli: found, not-found, malformed; did you mean "found"?`,
		`test.yaml:8:53: try[3].count: found "many", expected a number, or one with a comparison in quotes, such as ">=1"`,
		`test.yaml:9:30: try[4]: found "expect", expected one of the keys delivered, body, query, outcome, count; expect goes into an item of its own`,
	}},
	{"deliveries of other requests", head + `targets: {abs: bank}
try:
  - {delivered: abs.reg_pt, body: {referr: PTP1}}
  - {delivered: abs.reg_pt, query: {refer: PTP1}}
  - {delivered: abs.get_cli, query: {iinbim: 901123300258}}
  - {delivered: abs.get_cli, body: {iin: 901123300258}}
  - {delivered: abs.reg_pt, body: [PTP1]}
  - {delivered: abs.reg_pt, body: {refer: "${nobody}"}}
cases:
  - {name: one, targets: {abs.get_acc: bank}, try: [{delivered: abs.get_cli}]}
`, []string{
		`test.yaml:5:36: try[0].body: found "referr", expected a field of the call: acc_fullname, accept_dt, account, amount, ben_bin, ben_fullname, ben_iban, ben_kbe, cur, dbz_dt, dbz_num, doc_at, doc_num, head, iinbin, knp, purpose, refer; did you mean "refer"?`,
		`test.yaml:6:29: try[1].query: found the query of a call that has a body, expected body: what is sent to abs.reg_pt is its body`,
		`test.yaml:7:38: try[2].query: found "iinbim", expected a field of the call: iinbin; did you mean "iinbin"?`,
		`test.yaml:8:30: try[3].body: found the body of a call that has a query, expected query: what is sent to abs.get_cli is its query`,
		`test.yaml:9:35: try[4].body: found a list, expected a mapping`,
		`test.yaml:10:43: try[5].body.refer: found "${nobody}", expected a value that an earlier step saved, or ${otp(phone)}, ${now}, ${uuid}`,
		`test.yaml:12:65: cases[0].try[0].delivered: found "abs.get_cli", which nothing calls here, expected targets at the top of the document or of the case, such as targets: {abs: bank}`,
	}},
	{"must of an unknown operation", head + `must:
  - {on: kyc.address.gett, count: 1}
`, []string{
		`test.yaml:4:10: must[0].on: found "kyc.address.gett", expected an operation, or a pattern such as kyc.address.*; did you mean "kyc.address.get"?`,
	}},
	{"must of an unknown outcome", head + `must:
  - {on: kyc.address.get, outcome: pending}
`, []string{
		`test.yaml:4:36: must[0].outcome: found "pending", expected an outcome of kyc.address.get: found, upstream-down, already-received, token-expired, subscription-not-started, no-subscription-for-technology, no-subscription, malformed (pending is an outcome of kyc.address.approve)`,
	}},
	{"must of a count in words", head + `must:
  - {on: kyc.address.get, count: many}
`, []string{
		`test.yaml:4:34: must[0].count: found "many", expected a number, or one with a comparison in quotes, such as ">=1"`,
	}},
	{"must of fewer than none", head + `must:
  - {on: kyc.address.get, count: "<0"}
`, []string{
		`test.yaml:4:34: must[0].count: found "<0", expected a count that can be met`,
	}},
	{"must of a finding that is no word", head + `must:
  - {on: kyc.address.get, finding: nome}
`,
		[]string{`test.yaml:4:36: must[0].finding: found "nome", expected any, none or the number of a ledger entry; did you mean "none"?`},
	},
	{"must of a finding of no ledger entry", head + `must:
  - {on: kyc.address.get, finding: 999}
`,
		[]string{`test.yaml:4:36: must[0].finding: found 999, expected the number of a ledger entry, as sim contract lists them`},
	},
	{"a header of two lines", head + `try:
  - {call: kyc.info.exec_proc, headers: {X: "a\nb"}}
`,
		[]string{`test.yaml:4:45: try[0].headers.X: found "a\nb", expected a value that HTTP can carry: no line breaks, no control characters`},
	},
	{"must with a rule's key", head + `must:
  - {on: kyc.address.get, do: found}
`, []string{
		`test.yaml:4:27: must[0]: found "do", expected one of the keys on, direction, for, when, outcome, finding, count, within, once, gap; do goes into rules: [{do: …}]`,
	}},
	{"a try without a deed", head + `try:
  - {expect: found}
`, []string{
		`test.yaml:4:5: try[0]: found a step without call, repeat, advance, subject, incoming or delivered, expected one of them: what happens`,
	}},
	{"a try of an unknown operation", head + `try:
  - {call: kyc.address.fetch}
`, []string{
		`test.yaml:4:12: try[0].call: found "kyc.address.fetch", expected an operation; did you mean "kyc.address.get"?`,
	}},
	{"a try of a pattern", head + `try:
  - {call: kyc.address.*}
`, []string{
		`test.yaml:4:12: try[0].call: found "kyc.address.*", expected an operation; did you mean "kyc.address.get"?`,
	}},
	{"a try's unknown key", head + `try:
  - {call: kyc.address.get, whit: {iin: 1}}
`, []string{
		`test.yaml:4:29: try[0]: found "whit", expected one of the keys call, with, headers, parallel, expect, save; did you mean "with"?`,
	}},
	{"a call with an unknown field", head + `try:
  - {call: kyc.address.get, with: {session: x}}
`, []string{
		`test.yaml:4:36: try[0].with: found "session", expected one of the fields api_key, backend_session_id, iin; did you mean "backend_session_id"?`,
	}},
	{"a call with a field of another type", head + `try:
  - {call: k2.k2extreq_pay_from_eko, with: {items: [{amount: much}]}}
`, []string{
		`test.yaml:4:62: try[0].with.items[0].amount: found "much", expected a number`,
	}},
	{"a call with a mapping for a list", head + `try:
  - {call: k2.k2loan_from_eko, with: {contract_number: KD1}}
`, []string{
		`test.yaml:4:38: try[0].with: found a mapping, expected a list`,
	}},
	{"an unknown outcome expected", head + `try:
  - {call: kyc.address.get, expect: foud}
`, []string{
		`test.yaml:4:37: try[0].expect: found "foud", expected an outcome of kyc.address.get (found, upstream-down, already-received, token-expired, subscription-not-started, no-subscription-for-technology, no-subscription, malformed) or a fault; did you mean "found"?`,
	}},
	{"an unknown fault expected", head + `try:
  - {call: kyc.address.get, expect: {fault: rest}}
`, []string{
		`test.yaml:4:45: try[0].expect.fault: found "rest", expected a fault: {faults}; did you mean "reset"?`,
	}},
	{"a status expected that is none", head + `try:
  - {call: kyc.address.get, expect: {status: ok}}
`, []string{
		`test.yaml:4:46: try[0].expect.status: found "ok", expected an HTTP status from 100 to 599`,
	}},
	{"an expectation's unknown key", head + `try:
  - {call: kyc.address.get, expect: {outcome: found, heeders: {A: b}}}
`, []string{
		`test.yaml:4:54: try[0].expect: found "heeders", expected one of the keys {expect}; did you mean "headers"?`,
	}},
	{"a body expected with a field that the answer has not", head + `try:
  - {call: kyc.address.get, expect: {outcome: found, body: {address: {town: Алматы}}}}
`, []string{
		`test.yaml:4:71: try[0].expect.body.address: found "town", expected a field of the answer: building, city, country, flat, region, street`,
	}},
	{"a list expected for a mapping", head + `try:
  - {call: kyc.address.get, expect: {outcome: found, body: [1]}}
`, []string{
		`test.yaml:4:60: try[0].expect.body: found a list, expected a mapping`,
	}},
	{"a repeat before any call", head + `try:
  - {repeat: 1}
`, []string{
		`test.yaml:4:14: try[0].repeat: found a repeat before any call, expected a step with call before it`,
	}},
	{"a repeat of nothing", head + `try:
  - {call: kyc.address.get}
  - {repeat: 0}
`, []string{
		`test.yaml:5:14: try[1].repeat: found "0", expected a whole number, 1 or more`,
	}},
	{"a saved value before it is saved", head + `try:
  - {call: kyc.address.get, with: {backend_session_id: "${sesion}"}}
  - {call: kyc.address.approve, expect: pending, save: {session: body.backend_session_id}}
`, []string{
		`test.yaml:4:56: try[0].with.backend_session_id: found "${sesion}", expected a value that an earlier step saved, or ${otp(phone)}, ${now}, ${uuid}`,
	}},
	{"a saved value by another name", head + `try:
  - {call: kyc.address.approve, expect: pending, save: {session: body.backend_session_id}}
  - {call: kyc.address.get, with: {backend_session_id: "${sesion}"}}
`, []string{
		`test.yaml:5:56: try[1].with.backend_session_id: found "${sesion}", expected a value that an earlier step saved, or ${otp(phone)}, ${now}, ${uuid}; did you mean "session"?`,
	}},
	{"a placeholder that is not closed", head + `try:
  - {call: kyc.address.get, with: {backend_session_id: "${session"}}
`, []string{
		`test.yaml:4:56: try[0].with.backend_session_id: found "${session", expected a closing } after the name`,
	}},
	{"values that are none", head + `try:
  - {call: kyc.address.approve, expect: pending, save: {session: body.backend_session_id}}
  - call: kyc.address.get
    with: {backend_session_id: 'S-${upper(sesion)}', iin: "${body.iin}", api_key: '${pad(7)}'}
    headers: {A: '${iin(1, 2)}', B: '${otp()}', C: '${session + }', D: '${state.person(session).phone}', E: '${padd(1, 2)}'}
`, []string{
		`test.yaml:6:43: try[1].with.backend_session_id: found "sesion", expected an expression over session, pad, uuid, otp, iin, iban, now, hour, minute, weekday; did you mean "session"?`,
		`test.yaml:6:62: try[1].with.iin: found "body", expected an expression over session, pad, uuid, otp, iin, iban, now, hour, minute, weekday`,
		`test.yaml:6:86: try[1].with.api_key: found pad with 1 values, expected pad(i, 4): a number, and how many digits it has at least`,
		`test.yaml:7:21: try[1].headers.A: found iin with 2 values, expected iin, another one each time, or iin(i), the same one for the same i`,
		`test.yaml:7:40: try[1].headers.B: found otp with 0 values, expected otp(phone)`,
		`test.yaml:7:64: try[1].headers.C: found the end of the expression, expected an expression over session, pad, uuid, otp, iin, iban, now, hour, minute, weekday`,
		`test.yaml:7:75: try[1].headers.D: found "state", expected a value that is seen here: the state is seen by rules`,
		`test.yaml:7:112: try[1].headers.E: found "padd", expected an expression over session, pad, uuid, otp, iin, iban, now, hour, minute, weekday; did you mean "pad"?`,
	}},
	{"a save under a reserved name", head + `try:
  - {call: kyc.address.approve, save: {now: body.status}}
`, []string{
		`test.yaml:4:40: try[0].save: found "now", expected another name: ${now} has a meaning of its own`,
	}},
	{"a save under a name that is none", head + `try:
  - {call: kyc.address.approve, save: {my-session: body.status}}
`, []string{
		`test.yaml:4:40: try[0].save: found "my-session", expected a name of letters, digits and _`,
	}},
	{"a save of a field that the answer has not", head + `try:
  - {call: kyc.address.approve, expect: pending, save: {session: body.session_id}}
`, []string{
		`test.yaml:4:71: try[0].save.session: found "session_id", expected a field of the body: backend_session_id, expire_date, status; did you mean "backend_session_id"?`,
	}},
	{"an advance in words", head + `try:
  - advance: a while
  - advance: {to: 2024-04-31T00:00:00}
  - advance: {by: 1s}
  - advance: 1d1w
  - advance: 200000d
`, []string{
		`test.yaml:4:14: try[0].advance: found "a while", expected a duration such as 300ms, 30s, 5m or 1h30m`,
		`test.yaml:5:19: try[1].advance.to: found "2024-04-31T00:00:00", expected an instant such as 2024-04-01T00:00:00, in the clock's zone unless an offset says which`,
		`test.yaml:6:14: try[2].advance: found no to, expected the key to: the instant to which the clock moves`,
		`test.yaml:6:15: try[2].advance: found "by", expected one of the keys to`,
		`test.yaml:7:14: try[3].advance: found "1d1w", expected a duration such as 300ms, 30s, 5m or 1h30m`,
		`test.yaml:8:14: try[4].advance: found "200000d", expected a duration such as 300ms, 30s, 5m or 1h30m; a day is 24h`,
	}},
	{"an answer of nobody", head + `try:
  - {answer: approve}
`, []string{
		`test.yaml:4:5: try[0]: found no subject, expected the key subject: whose answer it is: an IIN`,
	}},
	{"an answer that is none", head + `try:
  - {subject: 901123300258, answer: yes}
`, []string{
		`test.yaml:4:37: try[0].answer: found "yes", expected one of approve, reject`,
	}},
	{"a case without a name", head + `cases:
  - {try: [{call: kyc.address.get}]}
`, []string{
		`test.yaml:4:5: cases[0]: found no name, expected the key name: a name in kebab-case`,
	}},
	{"two cases of one name", head + `cases:
  - {name: a, try: [{call: kyc.address.get}]}
  - {name: a, try: [{call: kyc.address.get}]}
`, []string{
		`test.yaml:5:12: cases[1].name: found "a" a second time, expected another name: the case on line 4 has it`,
	}},
	{"a case that uses files", head + `cases:
  - {name: a, use: [base.yaml]}
`, []string{
		`test.yaml:4:15: cases[0]: found "use", expected one of the keys {case}; use goes to the top of the document`,
	}},
	{"a broken rule of a case", head + `cases:
  - name: a
    rules: [{on: kyc.address.get, do: fond}]
`, []string{
		`test.yaml:5:39: cases[0].rules[0].do: found "fond", expected an outcome of kyc.address.get (found, upstream-down, already-received, token-expired, subscription-not-started, no-subscription-for-technology, no-subscription, malformed), a fault or pass; did you mean "found"?`,
	}},
}
