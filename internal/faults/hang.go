package faults

import "time"

// hangKind imitates a service that takes the request and says nothing: all its
// workers wait for a database, or a firewall between has forgotten the connection
// and drops every packet. No error ever comes, so the client's own time-out is
// the only way out. One without a time-out stands still for ever, and with it the
// thread, the pool and in the end the whole system.
var hangKind = Kind{
	Name:  "hang",
	About: "Nothing comes, until the client leaves or the time is over; then the connection closes. The service never sees the request.",
	Imitates: "A service with all its workers stuck, or a firewall that has forgotten the connection. " +
		"No error ever comes: the client's own time-out is the only way out.",
	Word: true,
	Params: []Param{
		{Name: "for", Type: "duration", About: "When the connection closes after all, on the sandbox's clock. Without it: when the client leaves.",
			schema: durationSchema()},
	},
	Examples: []string{"", "60s", "{for: 60s}"},
	lone:     "for", work: workEnd, parse: parseHang,
}

type hang struct{ last time.Duration }

func parseHang(a *arguments) Fault {
	if !a.has("for") {
		return hang{}
	}
	return hang{last: a.positive("for", 0)}
}

func (hang) Kind() string { return "hang" }

func (f hang) apply(_ Input, w *Wire) {
	if w.End == Open {
		w.For = f.last
	}
	w.end(Hang)
}
