package control

import (
	"net/http"
	"slices"
	"strconv"
	"sync"

	"github.com/gorilla/mux"
)

// root is what all paths of the control API begin with.
const root = "/_sim"

// one is the path of a sandbox.
const one = "/sandboxes/{sandbox}"

// handler answers a value to be written as JSON, or an error. Status 0 is 200.
type handler func(r *http.Request) (status int, body any, err error)

// route is one entry of the control API's own table: the router and the OpenAPI
// document are made of it.
type route struct {
	method, path string
	about        string
	handler      http.Handler
	query        []string // names of the query's parameters
	takes        string   // media type of the body; empty for none
	gives        string   // of the answer; empty for none
	status       int      // of a success
	waits        bool     // for time to pass or for requests; its body is a small one
}

// The media types.
const (
	jsonType       = "application/json"
	yamlType       = "application/yaml"
	markdownType   = "text/markdown; charset=utf-8"
	xmlType        = "application/xml"
	eventsType     = "text/event-stream"
	prometheusType = "text/plain"
)

// router finds the number of a route in the table. The compilation of its patterns takes most of the time
// in which a simulator starts. It is the same for all simulators, so the first request makes it.
var router = sync.OnceValue(func() *mux.Router {
	all := mux.NewRouter().SkipClean(true) // a path with // is unknown, not moved
	for i, r := range (&Control{}).table() {
		// The path is checked first: a route that only the method fits would hide that
		// another route has the path.
		all.NewRoute().Name(strconv.Itoa(i)).Path(root + r.path).Methods(r.methods()...).HandlerFunc(http.NotFound)
	}
	return all
})

// serveRoute has the request's route serve it. The handler finds the path's variables by PathValue.
func (c *Control) serveRoute(w http.ResponseWriter, r *http.Request) {
	var match mux.RouteMatch
	switch {
	case router().Match(r, &match):
		for name, value := range match.Vars {
			r.SetPathValue(name, value)
		}
		number, _ := strconv.Atoi(match.Route.GetName())
		c.handlers[number].ServeHTTP(w, r)
	case match.MatchErr == mux.ErrMethodMismatch:
		wrongMethod(w, r)
	default:
		c.answer(c.unknownPath).ServeHTTP(w, r)
	}
}

// table of all routes.
func (c *Control) table() []route {
	return slices.Concat(c.ofProcess(), c.ofSandbox(), c.ofState(), c.ofJournal(), c.ofScenario())
}

// get, put … are routes whose answer is JSON.
func (c *Control) get(path, about string, h handler, query ...string) route {
	return route{method: "GET", path: path, about: about, handler: c.answer(h), query: query, gives: jsonType, status: http.StatusOK}
}

func (c *Control) put(path, about string, h handler, query ...string) route {
	r := c.get(path, about, h, query...)
	r.method, r.takes = "PUT", jsonType
	return r
}

func (c *Control) post(path, about string, h handler) route {
	r := c.put(path, about, h)
	r.method = "POST"
	return r
}

// order is a route that answers nothing.
func (c *Control) order(method, path, about string, h handler, query ...string) route {
	r := c.get(path, about, h, query...)
	r.method, r.gives, r.status = method, "", http.StatusNoContent
	return r
}

func (r route) taking(media string) route   { r.takes = media; return r }
func (r route) giving(media string) route   { r.gives = media; return r }
func (r route) by(h http.Handler) route     { r.handler = h; return r }
func (r route) waiting() route              { r.waits = true; return r }
func (r route) succeeding(status int) route { r.status = status; return r }
func (c *Control) ofProcess() []route {
	return []route{
		c.get("/health", "Is the process alive?", c.live),
		c.get("/health/live", "Is the process alive?", c.live),
		c.get("/health/ready", "Are requests taken? 503 once the process is about to end.", c.ready),
		c.get("/version", "What is running.", c.version),
		c.get("/metrics", "Metrics for Prometheus.", nil).by(c.opts.Metrics).giving(prometheusType),
		c.get("/openapi.json", "This API as an OpenAPI document.", c.openapi),
		c.get("/contract", "Operations, outcomes, reserved values, switches, machines and the ledger of the services.", c.contract),
		c.get("/contract/openapi.json", "The services as an OpenAPI document.", nil).by(c.write(c.contractOpenAPI)),
		c.get("/coverage", "What all clients have met of the contract, of sandboxes that are gone, too.", nil, "format", "min").
			by(c.write(c.allCoverage)),
		c.get("/coverage/scope", "What needn't be met, and why.", c.getAllScope),
		c.put("/coverage/scope", "Declare what needn't be met: [{on, outcome, reason}].", c.putAllScope),
		c.get("/scenarios", "The library.", c.listScenarios),
		c.get("/scenarios/{scenario}", "A scenario of the library as it is written.", nil).by(c.write(c.getLibraryScenario)).giving(yamlType),
		c.post("/scenarios/check", "What is wrong with a scenario, YAML or JSON.", c.checkScenario).taking(yamlType),
	}
}

func (c *Control) ofSandbox() []route {
	return []route{
		c.get("/sandboxes", "All sandboxes.", nil).by(c.write(c.listSandboxes)),
		c.post("/sandboxes", "Make a sandbox; the answer has its token.", c.createSandbox).succeeding(http.StatusCreated),
		c.get(one, "A sandbox.", c.in(c.getSandbox)),
		c.put(one, "Make a sandbox unless it is there; one that is stays as it is.", c.putSandbox),
		c.order("DELETE", one, "Delete a sandbox; what it holds ends.", c.in(c.deleteSandbox)),
		c.post(one+"/reset", "Bring a sandbox back to its beginning: its scenario or snapshot, counters at zero, an empty journal.", c.in(c.resetSandbox)).taking(""),
		c.get(one+"/clock", "The sandbox's time, and how it passes.", c.in(c.getClock)),
		c.put(one+"/clock", "Change how time passes; it never goes back.", c.in(c.putClock)),
		c.post(one+"/clock/advance", "Let time pass; the answer comes when all that fell due is done.", c.in(c.advanceClock)).waiting(),
		c.get(one+"/profile", "The preset and the switches over it.", c.in(c.getProfile)),
		c.put(one+"/profile", "Replace them.", c.in(c.putProfile)),
		c.order("POST", one+"/given", "Make fixtures true: what a scenario's `given` may hold, YAML or JSON; all of them or none.", c.in(c.addGiven)).taking(yamlType),
		c.order("POST", one+"/subjects/{iin}/answer", "Let a person approve or reject an address request.", c.in(c.answerSubject)).taking(jsonType),
		c.order("POST", one+"/incoming-demands", "Let another bank's payment demand arrive at K2: a document as reg_pt takes it.", c.in(c.arriveDemand)).taking(jsonType),
		c.order("POST", one+"/incoming-demands/{reference}/withdraw", "Let the other bank withdraw it: {reason_code}.", c.in(c.withdrawDemand)).taking(jsonType),
		c.order("POST", one+"/incoming-demands/{reference}/return", "Return it in K2: {reason_code}.", c.in(c.returnDemand)).taking(jsonType),
		c.get(one+"/phones", "Phones that have messages.", c.in(c.listPhones)),
		c.get(one+"/phones/{phone}", "The messages on a phone.", nil).by(c.inTurn(c.answer(c.in(c.getPhone)))),
		c.post(one+"/phones/{phone}/reply", "Send a text from a phone to 1414.", c.in(c.replyFromPhone)),
	}
}

func (c *Control) ofState() []route {
	return []route{
		c.get(one+"/state", "How much each collection holds.", c.in(c.listState)),
		c.get(one+"/state/{collection}", "What a collection holds, by key.", c.in(c.getState)),
		c.get(one+"/snapshot", "The run as one document: state, clock, seed, settings, counters, deliveries.", nil).by(c.inTurn(c.within(c.getSnapshot))),
		c.put(one+"/snapshot", "Go on from a snapshot.", c.in(c.putSnapshot)),
		c.get(one+"/invariants", "Whether the state is one that can be: each invariant of the services, and where it is broken.", c.in(c.listInvariants)),
		c.post(one+"/deliveries/{delivery}/repeat", "Make a call again: one that waits is tried now, one that is over is made as another call, whose answer changes nothing.", c.in(c.repeatDelivery)).taking("").succeeding(http.StatusCreated),
		c.get(one+"/deliveries", "What the services have sent by themselves to the client, the oldest first.", nil, "within").by(c.within(c.listDeliveries)),
	}
}

func (c *Control) ofJournal() []route {
	filters := []string{"operation", "outcome", "iin", "direction", "since", "q", "limit"}
	return []route{
		c.get(one+"/requests", "The requests that were made, the newest first.", nil, filters...).by(c.within(c.listRequests)),
		c.order("DELETE", one+"/requests", "Forget them.", c.in(c.clearRequests)),
		c.get(one+"/requests/{request}", "One request, whole: the answer, why it was that one, and what changed.", c.in(c.getRequest)),
		c.get(one+"/requests.har", "The requests as an HTTP Archive 1.2, the oldest first.", nil, filters...).by(c.within(c.getHAR)),
		c.get(one+"/events", "What happens, as it happens.", nil, "after").by(c.within(c.follow)).giving(eventsType),
		c.post(one+"/expectations", "Wait until so many requests were made; 409 with the difference if they weren't.", c.in(c.expect)).taking(yamlType).waiting(),
		c.get(one+"/verdict", "Whether the client has done what the scenario says that it must, and what was remarked.", c.in(c.verdict)),
		c.get(one+"/coverage", "What the client has met of the contract since the sandbox was made, over all resets.", nil, "format", "min").by(c.within(c.coverage)),
		c.get(one+"/coverage/scope", "What needn't be met, and why.", c.in(c.getScope)),
		c.put(one+"/coverage/scope", "Declare what needn't be met: [{on, outcome, reason}].", c.in(c.putScope)),
	}
}

func (c *Control) ofScenario() []route {
	return []route{
		c.get(one+"/scenario", "The scenario in force; 404 if there is none.", c.in(c.getScenario)),
		c.put(one+"/scenario", "Put a scenario in force, YAML or JSON. A broken one leaves the old in force.", c.in(c.putScenario), "keep", "case", "set").taking(yamlType),
		c.order("DELETE", one+"/scenario", "Take the scenario out of force.", c.in(c.deleteScenario), "keep"),
		c.get(one+"/faults", "The live faults.", c.in(c.listFaults)),
		c.post(one+"/faults", "Put a fault on: {on, fault}, a rule's other criteria, a name, and until when it lasts.", c.in(c.addFault)).taking(yamlType).succeeding(http.StatusCreated),
		c.order("DELETE", one+"/faults", "Take all live faults off.", c.in(c.removeFaults)),
		c.order("DELETE", one+"/faults/{fault}", "Take a live fault off.", c.in(c.removeFault)),
		c.get(one+"/chaos", "The share of requests that end in chaos, which they are, and until when.", c.in(c.getChaos)),
		c.put(one+"/chaos", "Change it, YAML or JSON: {share}, and which requests, by name, on, for, when, per and until.", c.in(c.putChaos)).taking(yamlType),
	}
}
