package trial

import (
	"errors"

	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/scenario"
)

// resolved is a value of the document with ${…} replaced.
func (r *run) resolved(v any) (any, error) { return scenario.Resolve(v, r.template) }

// wanted is an expected body with ${…} replaced. What stands there counts as
// written without quotes: YAML needs them only for the braces.
func (r *run) wanted(v any) (any, error) {
	return scenario.Resolve(v, func(t *scenario.Template) (any, error) {
		v, err := r.template(t)
		switch v.(type) {
		case map[string]any, []any:
			return v, err
		}
		return scenario.Plain(scenario.AsText(v)), err
	})
}

// text is a value that has to be one, such as a header's.
func (r *run) text(v any) (string, error) {
	v, err := r.resolved(v)
	return scenario.AsText(v), err
}

// template answers a text, or a value of the type that the place takes where nothing but
// one ${…} stands.
func (r *run) template(t *scenario.Template) (v any, err error) {
	err = r.box.Do(func(tx *sandbox.Tx) (failed error) {
		in := &scenario.Values{Call: tx.Call(), Named: r.named, For: "try", Key: r.scenario.Name, Drawn: &r.drawn}
		v, failed = t.Value(in)
		return failed
	})
	if err != nil {
		return nil, mismatch{t.Position, err.Error()}
	}
	return v, nil
}

// named is a value that a step has saved, or the phone of the last request that had one.
func (r *run) named(name string) (any, error) {
	if v, saved := r.saved[name]; saved {
		return v, nil
	}
	if name != scenario.LastPhone {
		return nil, errors.New("the step that saves it has failed")
	}
	if v, sent := r.memory.sent[name]; sent {
		return v, nil
	}
	return nil, errors.New("no request has named a phone yet")
}
