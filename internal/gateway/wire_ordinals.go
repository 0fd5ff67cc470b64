package gateway

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// ordinals count the requests of one kind that met a fault, for as long as their
// sandbox lives, so that a draw belongs to the third poll of a subject and not to
// the hundredth request of the sandbox. The zero value is ready.
type ordinals struct {
	mu    sync.Mutex
	lives map[context.Context]map[string]int
}

// mostOrdinals bounds how many kinds of requests one sandbox counts. Beyond it
// they are counted anew.
const mostOrdinals = 1 << 16

// next is how many requests of a kind there were before this one.
func (o *ordinals) next(life context.Context, kind string) int {
	o.mu.Lock()
	defer o.mu.Unlock()
	counts := o.lives[life]
	if counts == nil {
		counts = o.begin(life)
	}
	if len(counts) >= mostOrdinals {
		clear(counts)
	}
	counts[kind]++
	return counts[kind] - 1
}

// begin counts for a life, until it ends.
func (o *ordinals) begin(life context.Context) map[string]int {
	if o.lives == nil {
		o.lives = map[context.Context]map[string]int{}
	}
	counts := map[string]int{}
	o.lives[life] = counts
	context.AfterFunc(life, func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		delete(o.lives, life)
	})
	return counts
}

// requestKey is what a request is among all of its sandbox: the operation, whom
// or which session it is about, and how many such there were.
func (g *Gateway) requestKey(v *visit) string {
	about := v.call.Subjects()
	if session := v.call.Operation.Session; len(about) == 0 && session != "" {
		about = v.call.FieldValues(session)
	}
	kind := v.call.Operation.ID + " " + strings.Join(slices.Sorted(slices.Values(about)), ",")
	return kind + " " + strconv.Itoa(g.ordinals.next(v.life, kind))
}
