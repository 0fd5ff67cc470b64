package histories_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	silent = "901123300258" // answers when it is told to
	prompt = "791028302728" // approves by itself, after half a minute
)

const (
	answerAfter = 30 * time.Second
	waiting     = 2 * time.Minute // for a subject's answer
	tokenLife   = 5 * time.Minute // of a confirmed address
)

// owner of a session: an API key, and the subject that it asks.
type owner struct{ key, iin string }

var owners = []owner{{"one", silent}, {"two", silent}, {"one", prompt}}

// addresses of two subjects, asked with two keys.
func addresses() kind {
	const first = `
given:
  subjects:
    - {iin: "901123300258", answers: ignore}
    - {iin: "791028302728", answers: approve, after: 30s}
`
	const second = `
given:
  subjects:
    - {iin: "901123300258", answers: ignore}
    - {iin: "791028302728", answers: reject, after: 30s}
`
	return kind{
		name: "addresses",
		scenarios: [2]scenario{
			{"first", scenarioText("first", first), addressState{answers: "approve"}},
			{"second", scenarioText("second", second), addressState{answers: "reject"}},
		},
		draw:     drawAddress,
		advances: []time.Duration{answerAfter, waiting, tokenLife},
		reads:    readAddresses(),
		outcomes: []string{"pending", "valid", "invalid", "timeout", "found", "token-expired", "already-received"},
	}
}

func drawAddress(r *rand.Rand) request {
	who := owners[r.IntN(len(owners))]
	switch r.IntN(7) {
	case 0, 1, 2:
		return approve{who}
	case 3, 4:
		return getAddress{who, 0}
	}
	return answerAs{who.iin, []string{"approve", "approve", "reject"}[r.IntN(3)]}
}

// readAddresses shows how the requests stand, then lets the prompt subject answer and
// fetches what can be fetched.
func readAddresses() []request {
	var before, after []request
	for _, who := range owners {
		before = append(before, approve{who})
		after = append(after, getAddress{who, 0})
	}
	return slices.Concat(before, []request{advance{answerAfter}}, after)
}

// session is how one of an owner's sessions stands.
type session struct {
	status   string
	answer   string        // that the subject will give; empty for none
	answerAt time.Duration // when
	deadline time.Duration // of the answer
	expires  time.Duration // of a confirmed address
	reported bool          // an end was told
}

// addressState is all sessions of a run, by owner, in the order in which they began.
type addressState struct {
	answers string // what the prompt subject does
	all     map[owner][]session
}

func (s addressState) String() string {
	text := s.answers
	for _, who := range owners {
		text += fmt.Sprintf("; %s %s: %v", who.key, who.iin, s.all[who])
	}
	return text
}

// at is the state at an instant: what has fallen due has happened.
func (s addressState) at(now time.Duration) addressState {
	all := map[owner][]session{}
	for who, sessions := range s.all {
		all[who] = slices.Clone(sessions)
		for i := range all[who] {
			all[who][i].settle(now)
		}
	}
	s.all = all
	return s
}

func (s *session) settle(now time.Duration) {
	if s.status == "PENDING" {
		switch {
		case s.answer != "" && s.answerAt <= s.deadline && s.answerAt <= now:
			s.end(s.answer, s.answerAt)
		case (s.answer == "" || s.answerAt > s.deadline) && s.deadline <= now:
			s.status = "TIMEOUT"
		}
	}
	if s.status == "VALID" && s.expires <= now {
		s.status = "EXPIRED"
	}
}

// end a session by its subject's answer.
func (s *session) end(answer string, at time.Duration) {
	s.status = "INVALID"
	if answer == "approve" {
		s.status, s.expires = "VALID", at+tokenLife
	}
}

// isOver reports whether the next approval begins another session.
func (s session) isOver() bool {
	switch s.status {
	case "PENDING", "VALID":
		return false
	case "FETCHED", "EXPIRED":
		return true
	}
	return s.reported
}

// approve asks for an address, or how far the request for it is.
type approve struct{ owner }

func (o approve) String() string { return fmt.Sprintf("approve, key %s, subject %s", o.key, o.iin) }

func (o approve) send(c *client) string {
	a := c.approve(o.owner)
	var body struct {
		Session string `json:"backend_session_id"`
		Expires string `json:"expire_date"`
	}
	if err := a.read(&body); err != nil || a.status != http.StatusOK {
		return a.outcome()
	}
	n := slices.Index(sessionIDs()[o.owner], body.Session) + 1
	if n > 0 {
		c.told[o.owner] = n
	}
	if body.Expires == "" {
		return fmt.Sprintf("%s session %d", a.outcome(), n)
	}
	return fmt.Sprintf("%s session %d until %s", a.outcome(), n, since(time.RFC3339, body.Expires))
}

func (o approve) serve(w world) (world, string) {
	s := w.state.(addressState).at(w.now)
	if n := len(s.all[o.owner]); n == 0 || s.all[o.owner][n-1].isOver() {
		s.all[o.owner] = append(s.all[o.owner], s.open(o.owner, w.now))
	}
	n := len(s.all[o.owner])
	last := &s.all[o.owner][n-1]
	last.reported = last.status != "PENDING" && last.status != "VALID"
	w = w.become(s)
	said := fmt.Sprintf("%s session %d", w.outcome(strings.ToLower(last.status)), n)
	if last.status == "VALID" {
		said += " until " + last.expires.String()
	}
	return w, said
}

func (s addressState) open(who owner, now time.Duration) session {
	one := session{status: "PENDING", deadline: now + waiting}
	if who.iin == prompt {
		one.answer, one.answerAt = s.answers, now+answerAfter
	}
	return one
}

// getAddress fetches the address of a session: the one that the client was told last.
type getAddress struct {
	owner
	session int
}

func (o getAddress) String() string {
	return fmt.Sprintf("get address, key %s, subject %s, session %d", o.key, o.iin, o.session)
}

func (o getAddress) meant(c *client) request { return getAddress{o.owner, c.told[o.owner]} }

func (o getAddress) send(c *client) string {
	id := "none"
	if o.session > 0 {
		id = sessionIDs()[o.owner][o.session-1]
	}
	a := c.post("/api/v1/backend/address/", fmt.Sprintf(`{"api_key":%q,"iin":%q,"backend_session_id":%q}`, o.key, o.iin, id))
	var body struct {
		IIN string `json:"iin"`
	}
	if err := a.read(&body); err == nil && body.IIN != "" && body.IIN != o.iin {
		return "the address of " + body.IIN
	}
	return a.outcome()
}

func (o getAddress) serve(w world) (world, string) {
	s := w.state.(addressState).at(w.now)
	if o.session == 0 || o.session > len(s.all[o.owner]) {
		return w, w.outcome("already-received")
	}
	one := &s.all[o.owner][o.session-1]
	switch one.status {
	case "VALID":
		one.status = "FETCHED"
		return w.become(s), w.outcome("found")
	case "EXPIRED":
		return w, w.outcome("token-expired")
	}
	return w, w.outcome("already-received")
}

// answerAs lets a subject answer all that it is asked.
type answerAs struct{ iin, with string }

func (o answerAs) String() string { return fmt.Sprintf("subject %s answers %s", o.iin, o.with) }

func (o answerAs) send(c *client) string {
	a := c.control("POST", "/subjects/"+o.iin+"/answer", fmt.Sprintf(`{"with":%q}`, o.with))
	if a.status == http.StatusConflict {
		return "nothing to answer"
	}
	return a.done("answered")
}

func (o answerAs) serve(w world) (world, string) {
	s := w.state.(addressState).at(w.now)
	said := "nothing to answer"
	for who, sessions := range s.all {
		for i := range sessions {
			if one := &sessions[i]; who.iin == o.iin && one.status == "PENDING" {
				one.end(o.with, w.now)
				said = "answered"
			}
		}
	}
	return w.become(s), said
}

func (sb sandbox) approve(who owner) answer {
	return sb.post("/api/v1/backend/address/approve/", fmt.Sprintf(`{"api_key":%q,"iin":%q}`, who.key, who.iin))
}

// mostSessions of one owner in a run.
const mostSessions = 50

// sessionIDs are the ids of each owner's sessions, in their order. A seed has the
// same ones in every run.
var sessionIDs = sync.OnceValue(func() map[owner][]string {
	k := addresses()
	sb, err := newSandbox(k.scenarios[0].document)
	if err != nil {
		panic(err)
	}
	defer sb.delete()
	ids := map[owner][]string{}
	for range mostSessions {
		for _, who := range owners {
			var body struct {
				Session string `json:"backend_session_id"`
			}
			if err := sb.approve(who).read(&body); err != nil {
				panic(err)
			}
			ids[who] = append(ids[who], body.Session)
		}
		for _, iin := range []string{silent, prompt} {
			sb.control("POST", "/subjects/"+iin+"/answer", `{"with":"reject"}`)
		}
		for _, who := range owners {
			sb.approve(who) // tells of the rejection, so that the next one begins anew
		}
	}
	return ids
})
