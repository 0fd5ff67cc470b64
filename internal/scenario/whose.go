package scenario

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"

	"github.com/kzsim/kzsim/internal/chance"
)

// Whose requests are counted, beside request.<field>.
const (
	perSession = "session"
	perSubject = "subject"
	perAPIKey  = "api_key"
	perRow     = "row"
	perSandbox = "sandbox"
	perField   = "request." // and the field's name
)

// noneToCount is the key of requests that don't have what is counted by.
const noneToCount = "none"

// owner is whose request it is, by `per`.
type owner struct {
	key   string       // of counters and for explanations; all of everyone
	drawn *chance.Many // for all shares; nil until one is asked for
}

// shares draws whether the owner is among the share of a rule or a live fault.
func (o *owner) shares(seed chance.Seed) *chance.Many {
	if o.drawn == nil {
		many := seed.Many("scenario/share", o.key, 0)
		o.drawn = &many
	}
	return o.drawn
}

// whose request it is. It is worked out once for all rules.
func (r *request) whose(per string) *owner {
	one := r.owners[per]
	if one == nil {
		one = &owner{key: r.keyPer(per)}
		if r.owners == nil {
			r.owners = map[string]*owner{}
		}
		r.owners[per] = one
	}
	return one
}

func (r *request) keyPer(per string) string {
	field, isField := strings.CutPrefix(per, perField)
	switch {
	case per == perSandbox:
		return "the sandbox"
	case per == perSession && r.Operation.Session == "":
		return noneToCount
	case per == perSession:
		return keyNamed(perSession, r.values(r.Operation.Session))
	case per == perSubject:
		return keyNamed(perSubject, r.values(subjectFields[0]))
	case per == perRow:
		return r.rowsKey(r.allRows())
	case per == perAPIKey, field == perAPIKey:
		return secret(perAPIKey, r.values(perAPIKey))
	case isField:
		return keyNamed(field, r.values(field))
	}
	return noneToCount
}

// keyNamed is the key of values; none if there are none, or they are empty.
func keyNamed(name string, values []string) string {
	if key := keyOf(values); strings.Trim(key, "+") != "" {
		return name + " " + key
	}
	return noneToCount
}

// secret is a key that doesn't show the values: counters go into snapshots.
func secret(name string, values []string) string {
	if key := keyNamed(name, values); key == noneToCount {
		return key
	}
	return name + " " + digestOf([]byte(strings.Join(values, "+")))
}

// rowsKey is what distinguishes rows of a batch from others: their content.
func (r *request) rowsKey(of []int) string {
	rows := r.RowValues()
	met := make([]any, 0, len(of))
	for _, i := range of {
		met = append(met, rows[i])
	}
	encoded, err := json.Marshal(met)
	if err != nil || len(met) == 0 {
		return noneToCount
	}
	return "rows " + digestOf(encoded)
}

// allRows of the batch by their index; none if it is no batch.
func (r *request) allRows() []int {
	if !r.Operation.Batch {
		return nil
	}
	all := make([]int, len(r.RowValues()))
	for i := range all {
		all[i] = i
	}
	return all
}

func digestOf(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
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
	return strings.ToValidUTF8(key[:maxKey/4], "") + "… " + digestOf([]byte(key))
}
