package contract

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/store"
)

// Table is the whole contract: the services, their operations and schemas.
type Table struct {
	Services []*Service
	Schemas  *Schemas

	byID     map[string]*Operation
	byRoute  map[string]*Operation // method and path
	switches []Switch
	names    map[string]string // of the members that the request schemas mention, to themselves
}

// New puts the services' parts together and checks that they are whole: unique
// names and routes, schemas that exist, switches whose presets are among their
// values, reserved values that lead somewhere. The services belong to the table
// from then on.
func New(files fs.FS, services ...*Service) (*Table, error) {
	t := &Table{
		Services: services, byID: map[string]*Operation{}, byRoute: map[string]*Operation{},
		switches: []Switch{StrictIDs}, names: map[string]string{},
	}
	t.Schemas = NewSchemas(files)
	for _, s := range services {
		t.switches = append(t.switches, s.Switches...)
		for i := range s.Operations {
			if err := t.add(s, &s.Operations[i]); err != nil {
				return nil, fmt.Errorf("contract: operation %s: %w", s.Operations[i].ID, err)
			}
		}
	}
	if err := t.checkSwitches(); err != nil {
		return nil, err
	}
	if err := t.checkReserved(); err != nil {
		return nil, err
	}
	return t, nil
}

func (t *Table) add(s *Service, op *Operation) error {
	route := op.Method + " " + op.Path
	switch {
	case t.byID[op.ID] != nil:
		return fmt.Errorf("declared twice")
	case t.byRoute[route] != nil:
		return fmt.Errorf("%s is %s already", route, t.byRoute[route].ID)
	case !strings.HasPrefix(op.ID, s.Name+".") || !strings.HasPrefix(op.Path, s.Prefix):
		return fmt.Errorf("id and path %s must begin with the service's %s. and %s", op.Path, s.Name, s.Prefix)
	case op.Handle == nil:
		return fmt.Errorf("no behaviour")
	case op.Request != "" && !t.Schemas.Has(op.Request):
		return fmt.Errorf("no schema %s", op.Request)
	case op.Variants.Variable != "" && !strings.Contains(op.Path, "{"+op.Variants.Variable+"}"):
		return fmt.Errorf("the path %s has no variable %s", op.Path, op.Variants.Variable)
	}
	op.service = s
	if op.Request != "" {
		op.asked = sync.OnceValue(func() asked { return t.Schemas.asked(op) })
		op.names = map[string]string{}
		for name := range t.Schemas.set.Of(op.Request).Names() {
			op.names[name], t.names[name] = name, name
		}
	}
	for _, r := range s.Reserved {
		if slices.Contains(r.On, op.ID) {
			op.reserved = append(op.reserved, r)
		}
	}
	if op.Batch && !t.Schemas.hasRows(op) {
		return fmt.Errorf("the schema %s has no rows at %q", op.Request, op.Rows)
	}
	op.rowsAt = slices.Collect(document.Steps(op.Rows))
	op.Outcomes = append(slices.Clip(op.Outcomes), s.Dialect.Malformed)
	for i := range op.Outcomes {
		out := &op.Outcomes[i]
		if first, _ := op.Outcome(out.Name); first != out {
			return fmt.Errorf("outcome %s declared twice", out.Name)
		}
		if err := t.checkOutcome(s, out); err != nil {
			return fmt.Errorf("outcome %s: %w", out.Name, err)
		}
		out.last = new(atomic.Pointer[known])
	}
	t.byID[op.ID], t.byRoute[route] = op, op
	return nil
}

func (t *Table) checkOutcome(s *Service, out *Outcome) error {
	reports := out.Reports
	switch {
	case out.Schema != "" && !t.Schemas.Has(out.Schema):
		return fmt.Errorf("no schema %s", out.Schema)
	case reports.Machine != nil && !slices.Contains(s.Machines, reports.Machine):
		return fmt.Errorf("%s has no machine %s", s.Name, reports.Machine.Name)
	case reports.Machine != nil && !slices.Contains(reports.Machine.States(), reports.State):
		return fmt.Errorf("%s has no state %q", reports.Machine.Name, reports.State)
	case out.Fixed == nil:
		return nil
	}
	encoded, err := Encode(out.Fixed)
	if err != nil {
		return err
	}
	out.fixed, err = ParseBody(encoded)
	return err
}

func (t *Table) checkSwitches() error {
	known := map[string]bool{}
	for _, s := range t.switches {
		if known[s.Key] {
			return fmt.Errorf("contract: switch %s: declared twice", s.Key)
		}
		known[s.Key] = true
		for _, preset := range Presets() {
			if err := s.check(s.under(preset)); err != nil {
				return fmt.Errorf("contract: preset %s: %w", preset, err)
			}
		}
	}
	return nil
}

func (t *Table) checkReserved() error {
	for _, s := range t.Services {
		for _, r := range s.Reserved {
			for _, id := range r.On {
				op, ok := t.byID[id]
				if !ok || op.service != s {
					return fmt.Errorf("contract: reserved value %s: %s has no operation %s", r.Value, s.Name, id)
				}
				if _, ok := op.Outcome(r.Outcome); !ok {
					return fmt.Errorf("contract: reserved value %s: %s has no outcome %s", r.Value, id, r.Outcome)
				}
			}
		}
	}
	return nil
}

// Operations in the order of the table.
func (t *Table) Operations() []*Operation {
	var ops []*Operation
	for _, s := range t.Services {
		for i := range s.Operations {
			ops = append(ops, &s.Operations[i])
		}
	}
	return ops
}

// Operation by its id.
func (t *Table) Operation(id string) (*Operation, bool) {
	op, ok := t.byID[id]
	return op, ok
}

// ServiceOf is the service that a path belongs to, known operation or not.
func (t *Table) ServiceOf(path string) (*Service, bool) {
	i := slices.IndexFunc(t.Services, func(s *Service) bool { return strings.HasPrefix(path, s.Prefix) })
	if i < 0 {
		return nil, false
	}
	return t.Services[i], true
}

// ofAll services, in their order: what each of them has of one kind.
func ofAll[T any](t *Table, of func(*Service) []T) []T {
	var all []T
	for _, s := range t.Services {
		all = append(all, of(s)...)
	}
	return all
}

// Reserved values of all services.
func (t *Table) Reserved() []Reserved {
	return ofAll(t, func(s *Service) []Reserved { return s.Reserved })
}

// Event of a service by its name; names are unique in a table.
func (t *Table) Event(name string) (Event, bool) {
	for _, e := range t.events() {
		if e.Name == name {
			return e, true
		}
	}
	return Event{}, false
}

func (t *Table) events() []Event { return ofAll(t, func(s *Service) []Event { return s.Events }) }

// EventNames of all services.
func (t *Table) EventNames() []string {
	var names []string
	for _, e := range t.events() {
		names = append(names, e.Name)
	}
	return names
}

// Processes of all services.
func (t *Table) Processes() []Process {
	return ofAll(t, func(s *Service) []Process { return s.Processes })
}

// Pushes of all services.
func (t *Table) Pushes() []Push { return ofAll(t, func(s *Service) []Push { return s.Pushes }) }

// Collections of all services, for a store.
func (t *Table) Collections() []store.Definition {
	var all []store.Definition
	for _, s := range t.Services {
		for _, d := range s.Collections {
			if !slices.ContainsFunc(all, func(o store.Definition) bool { return o.Name() == d.Name() }) {
				all = append(all, d)
			}
		}
	}
	return all
}

// Switches of all services.
func (t *Table) Switches() []Switch { return slices.Clone(t.switches) }

// Profile from the words of a scenario or request: "preset" and switch keys. The
// error says which word is wrong and what it may be.
func (t *Table) Profile(words map[string]string) (Profile, error) {
	p := Profile{preset: PresetDocuments, set: map[string]string{}}
	for _, key := range sortedKeys(words) {
		value := words[key]
		if key == "preset" {
			if !slices.Contains(Presets(), value) {
				return Profile{}, fmt.Errorf("preset is one of %s, not %q", strings.Join(Presets(), ", "), value)
			}
			p.preset = value
			continue
		}
		i := slices.IndexFunc(t.switches, func(s Switch) bool { return s.Key == key })
		if i < 0 {
			return Profile{}, fmt.Errorf("no switch %q; the nearest is %q", key, document.Nearest(key, t.switchKeys()))
		}
		if err := t.switches[i].check(value); err != nil {
			return Profile{}, err
		}
		p.set[key] = value
	}
	return p, nil
}

func (t *Table) switchKeys() []string {
	keys := make([]string, len(t.switches))
	for i, s := range t.switches {
		keys[i] = s.Key
	}
	return keys
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
