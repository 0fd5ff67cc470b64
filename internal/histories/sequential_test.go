package histories_test

import (
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/anishathalye/porcupine"
)

// sequential is a sandbox that does one operation after the other: the model.
type sequential struct {
	kind   *kind
	run    world
	origin string           // the snapshot that a reset restores; empty for the scenario's given
	taken  map[string]world // the snapshots, by their names
	runs   int              // how many runs have ended
	cut    map[int]int      // operations that came and will be cut off: their run
}

// begin another run.
func (s sequential) begin(w world) sequential {
	s.run, s.runs = w, s.runs+1
	return s
}

// given is the run that begins with a scenario.
func (s sequential) given(name string) world {
	i := slices.IndexFunc(s.kind.scenarios[:], func(one scenario) bool { return one.name == name })
	return world{rules: name, state: s.kind.scenarios[i].given}.described()
}

func (s sequential) String() string {
	text := []string{"run " + strconv.Itoa(s.runs) + ": " + s.run.text, "origin: " + s.origin}
	for _, name := range slices.Sorted(maps.Keys(s.taken)) {
		text = append(text, "snapshot "+name+": "+s.taken[name].text)
	}
	for _, id := range slices.Sorted(maps.Keys(s.cut)) {
		text = append(text, fmt.Sprintf("%d came in run %d", id, s.cut[id]))
	}
	return strings.Join(text, "\n")
}

// operation is a request, or concerns more than one run: a reset, a snapshot, a
// scenario.
type operation interface {
	fmt.Stringer
	// meant is the operation with what depends on the answers that the client got before.
	meant(*client) operation
	// send the operation; the answer is in the words of apply.
	send(*client) string
	// apply is the sandbox after the operation, and the answer, if it does one operation
	// at a time.
	apply(sequential) (sequential, string)
}

// inRun makes an operation of a request.
type inRun struct{ request }

func (r inRun) apply(s sequential) (sequential, string) {
	var said string
	s.run, said = r.serve(s.run)
	return s, said
}

func (r inRun) meant(c *client) operation {
	if l, is := r.request.(late); is {
		r.request = l.meant(c)
	}
	return r
}

// asked is an operation as porcupine gets it.
type asked struct {
	mark
	op operation
}

// mark of an operation: its place in the history, and which part of it this is.
type mark struct {
	id   int
	part part
}

// part of an operation. An operation with the answer "the sandbox was reset" may have
// changed the state before the reset, or not. For porcupine it is two operations with
// the same times: it came, and changed the state or not; and it was cut off. A run has
// to end between the two, so the change is gone; only a snapshot may have kept it.
type part int

const (
	whole part = iota
	came
	cutOff
)

func (a asked) String() string {
	return a.op.String() + [...]string{"", ", came", ", was cut off"}[a.part]
}

// point is a state of the model, with its text.
type point struct {
	sequential
	text string
}

func pointOf(s sequential) point { return point{s, s.String()} }

// next are the states to which an operation may lead that was answered so.
func (s sequential) next(a asked, said string) []sequential {
	switch a.part {
	case came:
		after, _ := a.op.apply(s)
		s.cut, after.cut = maps.Clone(s.cut), maps.Clone(s.cut)
		s.cut[a.id], after.cut[a.id] = s.runs, after.runs
		return []sequential{s, after}
	case cutOff:
		if run, has := s.cut[a.id]; !has || run == s.runs {
			return nil
		}
		s.cut = maps.Clone(s.cut)
		delete(s.cut, a.id)
		return []sequential{s}
	}
	after, want := a.op.apply(s)
	if said != want {
		return nil
	}
	return []sequential{after}
}

// first is the model's state before the first operation.
func (k *kind) first() sequential {
	s := sequential{kind: k, taken: map[string]world{}, cut: map[int]int{}}
	s.run = s.given(k.scenarios[0].name)
	return s
}

// model of a kind of histories for porcupine.
func (k *kind) model() porcupine.Model {
	m := porcupine.NondeterministicModel{
		Init: func() []any { return []any{pointOf(k.first())} },
		Step: func(state, input, output any) []any {
			var all []any
			for _, s := range state.(point).next(input.(asked), output.(string)) {
				all = append(all, pointOf(s))
			}
			return all
		},
		Equal: func(a, b any) bool { return a.(point).text == b.(point).text },
		Hash: func(state any) uint64 {
			h := fnv.New64a()
			_, _ = h.Write([]byte(state.(point).text)) // it never fails
			return h.Sum64()
		},
	}
	return m.ToModel()
}
