package histories_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"time"
)

// reset brings the sandbox back to its snapshot, else to its scenario.
type reset struct{}

func (reset) String() string { return "reset" }

func (o reset) meant(*client) operation { return o }

func (reset) send(c *client) string { return c.control("POST", "/reset", "").done("reset") }

func (reset) apply(s sequential) (sequential, string) {
	if s.origin != "" {
		return s.begin(s.taken[s.origin]), "reset"
	}
	return s.begin(s.given(s.run.rules)), "reset"
}

// takeSnapshot gets a snapshot and keeps it under a name.
type takeSnapshot struct{ name string }

func (o takeSnapshot) String() string { return "take snapshot " + o.name }

func (o takeSnapshot) meant(*client) operation { return o }

func (o takeSnapshot) send(c *client) string {
	a := c.control("GET", "/snapshot", "")
	if a.status == http.StatusOK {
		c.snapshot, c.document = o.name, string(a.body)
	}
	return a.done("taken")
}

func (o takeSnapshot) apply(s sequential) (sequential, string) {
	s.taken = maps.Clone(s.taken)
	s.taken[o.name] = s.run
	return s, "taken"
}

// putSnapshot lets the sandbox go on from a snapshot: the one that the client has
// taken last.
type putSnapshot struct{ name string }

func (o putSnapshot) String() string { return "put snapshot " + o.name }

func (o putSnapshot) meant(c *client) operation { return putSnapshot{c.snapshot} }

func (o putSnapshot) send(c *client) string {
	return c.control("PUT", "/snapshot", c.document).done("restored")
}

func (o putSnapshot) apply(s sequential) (sequential, string) {
	s.origin = o.name
	return s.begin(s.taken[o.name]), "restored"
}

// putScenario puts a scenario in force. With the state kept only the rules change: a
// later reset restores the snapshot if one was put before, else what the new scenario
// gives.
type putScenario struct {
	scenario scenario
	keep     bool
}

func (o putScenario) String() string {
	if o.keep {
		return "put scenario " + o.scenario.name + ", keep the state"
	}
	return "put scenario " + o.scenario.name
}

func (o putScenario) meant(*client) operation { return o }

func (o putScenario) send(c *client) string {
	path := "/scenario"
	if o.keep {
		path += "?keep=state"
	}
	return c.control("PUT", path, o.scenario.document).done("in force")
}

func (o putScenario) apply(s sequential) (sequential, string) {
	if o.keep {
		s.run.rules = o.scenario.name
		s.run = s.run.described()
		return s, "in force"
	}
	s.origin = ""
	return s.begin(s.given(o.scenario.name)), "in force"
}

// advance moves the sandbox's clock.
type advance struct{ by time.Duration }

func (o advance) String() string { return "advance by " + o.by.String() }

func (o advance) send(c *client) string {
	return c.control("POST", "/clock/advance", fmt.Sprintf(`{"by":%q}`, o.by)).done("advanced")
}

func (o advance) serve(w world) (world, string) {
	w.now += o.by
	return w.described(), "advanced"
}

// readClock asks for the sandbox's time.
type readClock struct{}

func (readClock) String() string { return "read the clock" }

func (readClock) send(c *client) string {
	a := c.control("GET", "/clock", "")
	var clock struct {
		Now string `json:"now"`
	}
	if err := json.Unmarshal(a.body, &clock); err != nil || a.status != http.StatusOK {
		return a.String()
	}
	return since(time.RFC3339Nano, clock.Now)
}

func (readClock) serve(w world) (world, string) { return w, w.now.String() }
