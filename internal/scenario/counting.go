package scenario

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/kzsim/kzsim/internal/store"
)

// groups of the counters of a rule or a live fault.
type groups struct {
	decided string // requests in all, under the key all
	steps   string // requests that went through a list, by session, subject or sandbox
	draws   string // draws by operation and subject, where there is a probability
}

// all is the key of a group that has but one.
const all = ""

func groupsOf(name string) groups { return groups{name, name + " steps", name + " draws"} }

func (g groups) count(counters *store.Counters) int { return counters.Get(g.decided, all) }

func (r *ruleInForce) title() string {
	if r.Name != "" {
		return r.Name
	}
	return fmt.Sprintf("rule %d", r.number)
}

// meet answers the step that a request meets; nil and why if the rule leaves it to
// others.
func (r *ruleInForce) meet(req *request) (*Step, string) {
	if ok, why := r.matches(req); !ok {
		return nil, why
	}
	if !r.appliesTo(req.Operation) {
		return nil, req.Operation.ID + " has none of its outcomes"
	}
	if ok, why := r.draw(req, r.groups, r.id); !ok {
		return nil, why
	}
	req.counters.Next(r.groups.decided, all)
	if len(r.Do) == 1 {
		return &r.Do[0], "decided: " + r.Do[0].text
	}
	key := advanceKey(req)
	at := min(req.counters.Next(r.groups.steps, key), len(r.Do)-1)
	return &r.Do[at], fmt.Sprintf("decided: step %d of %d for %s: %s", at+1, len(r.Do), key, r.Do[at].text)
}

// draw answers whether the criteria hold that count: times and probability. Scope
// tells the draws from those of other rules.
func (t *Target) draw(req *request, g groups, scope string) (bool, string) {
	if n := g.count(req.counters); t.Times > 0 && n >= t.Times {
		return false, fmt.Sprintf("times: it has decided %d, all that it may", n)
	}
	if t.Probability >= 1 {
		return true, ""
	}
	key := subjectKey(req)
	drawn := req.Seed.Float("scenario/"+scope, key, req.counters.Next(g.draws, key))
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
