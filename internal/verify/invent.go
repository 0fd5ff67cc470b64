package verify

import (
	"github.com/kzsim/kzsim/internal/chance"
	"github.com/kzsim/kzsim/internal/verify/target"
)

// The people whom the simulator is asked about: ordinary ones in most worlds.
var simulatedSubjects = []target.Subject{
	{IIN: "901123300258", Phone: "77011234567"},
	{IIN: "830717350867", Phone: "77011234568"},
	{IIN: "791028302728", Phone: "77011234569"},
	{IIN: "031231500126", Phone: "77011234570"},
}

// subjects that requests may name, at least one, if only the unknown person of the
// documents' samples.
func (r *run) subjects(service string) []target.Subject {
	switch {
	case len(r.opts.Target.Subjects) > 0:
		return r.opts.Target.Subjects
	case r.client.simulator[service]:
		return simulatedSubjects
	}
	return []target.Subject{{}}
}

// values that stand in the fields of a service's requests.
func (r *run) values(service string, s target.Subject) map[string]string {
	values := map[string]string{"backend_session_id": r.invent.uuid("session"), "code": "123456"}
	if s.IIN != "" {
		values["iin"], values["iinbin"] = s.IIN, s.IIN
	}
	if s.Phone != "" {
		values["phone"] = s.Phone
	}
	if key := r.opts.Target.Services[service].APIKey; key != "" {
		values["api_key"] = key
	} else if r.client.simulator[service] {
		values["api_key"] = r.invent.apiKey()
	}
	return values
}

// inventor makes up what has to be new in every run. All of it is a function of
// the seed and of how much was made up before.
type inventor struct {
	seed chance.Seed
	n    int
	key  string
}

const inventScope = "verify"

func (i *inventor) uuid(of string) string {
	i.n++
	return i.seed.UUID(inventScope, of, i.n)
}

func (i *inventor) digits(length int, of string) string {
	i.n++
	return i.seed.Digits(length, inventScope, of, i.n)
}

func (i *inventor) number(limit int, of string) int {
	i.n++
	return i.seed.Intn(limit, inventScope, of, i.n)
}

// apiKey is one for the whole run, of the length that the documents give.
func (i *inventor) apiKey() string {
	if i.key == "" {
		i.key = "contract-suite-" + i.digits(40, "api-key")
	}
	return i.key
}
