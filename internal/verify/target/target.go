// Package target reads the file that describes a target to the contract suite:
// where its services are, what is known there, and what may be done to it.
//
// The file holds no secret: credentials are names of environment variables. Its
// format is schemas/target.schema.json.
package target

import (
	"math"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
)

// The defaults of a Target.
const (
	DefaultRate    = 5.0 // requests a second
	DefaultTimeout = 30 * time.Second
	DefaultWait    = 2 * time.Minute
	DefaultPoll    = 5 * time.Second
)

// NoRate is a Rate that holds nothing up.
const NoRate = math.MaxFloat64

// Target is what the suite is pointed at.
type Target struct {
	Name         string
	Services     map[string]Service // by kyc, k2, abs; one that isn't there is left out
	ControlURL   string             // of a simulator that doesn't show that it is one; empty otherwise
	ControlToken string
	Allow        []string // ids and patterns of operations that may be called though they don't just read
	Subjects     []Subject
	References   map[string]map[string]any // fields of a request that are known there, by operation
	Absent       map[string]map[string]any // fields that are certainly unknown there
	Rate         float64                   // requests a second; 0 for the default, which is none for the simulator
	Timeout      time.Duration
	Wait, Poll   time.Duration // for a person
	Accepted     []Acceptance
}

// Service is one service of a target.
type Service struct {
	URL        string            // under which its paths lie; may be empty if every operation has an address
	Operations map[string]string // whole addresses, by id
	APIKey     string
	Headers    map[string]string
	TLS        TLSFiles
	Proxy      string
}

// TLSFiles are the names of PEM files; empty for the system's authorities and no
// client certificate.
type TLSFiles struct{ CA, Cert, Key string }

// Subject is a person or an organisation that is known there.
type Subject struct {
	IIN       string
	Phone     string
	Documents []string
}

// Acceptance is a finding that is known and agreed on.
type Acceptance struct {
	Operation string `json:"operation"` // an id or a pattern
	Path      string `json:"path"`      // with * for any index
	Kind      string `json:"kind,omitempty"`
	Reason    string `json:"reason"`
}

// Address of an operation: its own, or its path below the service's. The paths of
// the ABS are the bank's business, so there it is the operation's name that lies
// below the service's address. Empty if the target doesn't have it.
func (t Target) Address(op *contract.Operation) string {
	s, ok := t.Services[op.Service().Name]
	if !ok {
		return ""
	}
	if own := s.Operations[op.ID]; own != "" {
		return own
	}
	if s.URL == "" {
		return ""
	}
	below := op.Path
	if op.Service().Name == "abs" {
		below = "/" + strings.TrimPrefix(op.Path, op.Service().Prefix)
	}
	return strings.TrimSuffix(s.URL, "/") + below
}

// Allows reports whether an operation may be called: one that reads always, any
// other if it is named.
func (t Target) Allows(op *contract.Operation) bool {
	return op.Effect == contract.Reads || slices.ContainsFunc(t.Allow, func(p string) bool { return Matches(p, op.ID) })
}

// Matches reports whether an id fits a pattern such as abs.*.
func Matches(pattern, id string) bool {
	ok, err := path.Match(pattern, id)
	return err == nil && ok
}

// Of is a target of bare addresses, as flags give them. An empty address leaves
// the service out.
func Of(addresses map[string]string) Target {
	t := Target{Services: map[string]Service{}}
	for name, address := range addresses {
		if address != "" {
			t.Services[name] = Service{URL: address}
		}
	}
	return t.withDefaults()
}

func (t Target) withDefaults() Target {
	orDefault(&t.Timeout, DefaultTimeout)
	orDefault(&t.Wait, DefaultWait)
	orDefault(&t.Poll, DefaultPoll)
	return t
}

func orDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}
