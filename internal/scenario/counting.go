package scenario

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"strings"
	"sync"
)

// counted is a rule with its counters. What is counted is counted under the lock
// and in one go, so concurrent requests neither share a step nor fall between two.
type counted struct {
	*Rule
	number int // in the scenario, from 1

	mu    sync.Mutex
	count Counter
}

// Counter is how often a rule has decided.
type Counter struct {
	Decided int            `json:"decided"`         // requests in all
	Steps   map[string]int `json:"steps,omitempty"` // requests by session, subject or sandbox
	Drawn   map[string]int `json:"drawn,omitempty"` // draws by operation and subject, where there is a probability
}

// Counters of a runtime as data, for a snapshot.
type Counters struct {
	Rules map[string]Counter `json:"rules,omitempty"` // by the rule's identity
	Live  map[string]Counter `json:"live,omitempty"`  // by the live fault's id
	Chaos map[string]int     `json:"chaos,omitempty"` // requests by operation and subject
}

func (c *counted) title() string {
	if c.Name != "" {
		return c.Name
	}
	return fmt.Sprintf("rule %d", c.number)
}

// meet answers the step that a request meets; nil and why if the rule leaves it to
// others.
func (c *counted) meet(req *request) (*Step, string) {
	if ok, why := c.matches(req); !ok {
		return nil, why
	}
	if !c.appliesTo(req.Operation) {
		return nil, req.Operation.ID + " has none of its outcomes"
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if ok, why := c.count.draw(&c.Target, req, c.id); !ok {
		return nil, why
	}
	c.count.Decided++
	if len(c.Do) == 1 {
		return &c.Do[0], "decided: " + c.Do[0].text
	}
	key := advanceKey(req)
	if c.count.Steps == nil {
		c.count.Steps = map[string]int{}
	}
	at := min(c.count.Steps[key], len(c.Do)-1)
	c.count.Steps[key]++
	return &c.Do[at], fmt.Sprintf("decided: step %d of %d for %s: %s", at+1, len(c.Do), key, c.Do[at].text)
}

// draw answers whether the criteria hold that count: times and probability. It is
// called with the counter's lock held.
func (n *Counter) draw(t *Target, req *request, scope string) (bool, string) {
	if t.Times > 0 && n.Decided >= t.Times {
		return false, fmt.Sprintf("times: it has decided %d, all that it may", n.Decided)
	}
	if t.Probability >= 1 {
		return true, ""
	}
	if n.Drawn == nil {
		n.Drawn = map[string]int{}
	}
	key := subjectKey(req)
	drawn := req.Seed.Float("scenario/"+scope, key, n.Drawn[key])
	n.Drawn[key]++
	if drawn < t.Probability {
		return true, ""
	}
	return false, fmt.Sprintf("probability: it drew %.3f, not below %g", drawn, t.Probability)
}

// advanceKey is whose requests a list counts: the session's if the operation has
// one, else the subject's, else the sandbox's.
func advanceKey(req *request) string {
	if name := req.Operation.Session; name != "" {
		if values := req.values(name); len(values) > 0 && values[0] != "" {
			return "session " + keyOf(values[:1])
		}
	}
	if subjects := req.values(subjectFields[0]); len(subjects) > 0 {
		return "subject " + keyOf(subjects)
	}
	return "the sandbox"
}

// subjectKey names a request by what it is about, so that unrelated requests never
// shift what is drawn for it.
func subjectKey(req *request) string {
	return req.Operation.ID + "/" + keyOf(req.values(subjectFields[0]))
}

// maxKey bounds a key, in bytes: counters are kept for as long as the scenario is in
// force, and a client may send a megabyte for a session or a batch of subjects.
const maxKey = 256

// keyOf values is the values themselves or, where they are long, how they begin and
// a digest of all.
func keyOf(values []string) string {
	key := strings.Join(values, "+")
	if len(key) <= maxKey {
		return key
	}
	sum := sha256.Sum256([]byte(key))
	return strings.ToValidUTF8(key[:maxKey/4], "") + "… " + hex.EncodeToString(sum[:8])
}

func (n Counter) clone() Counter {
	n.Steps, n.Drawn = maps.Clone(n.Steps), maps.Clone(n.Drawn)
	return n
}

func (s *ruleSet) counters() map[string]Counter {
	all := map[string]Counter{}
	for _, r := range s.rules {
		r.mu.Lock()
		all[r.id] = r.count.clone()
		r.mu.Unlock()
	}
	return all
}

func (s *ruleSet) restore(counters map[string]Counter) {
	for _, r := range s.rules {
		r.mu.Lock()
		r.count = counters[r.id].clone()
		r.mu.Unlock()
	}
}

// Counters is what has been counted so far.
func (r *Runtime) Counters() Counters {
	return Counters{Rules: r.rules.Load().counters(), Live: r.live.counters(), Chaos: r.chaos.counters()}
}

// Restore goes on counting from what was counted before; of rules and live faults
// that aren't there nothing is restored.
func (r *Runtime) Restore(c Counters) {
	r.rules.Load().restore(c.Rules)
	r.live.restore(c.Live)
	r.chaos.restore(c.Chaos)
}
