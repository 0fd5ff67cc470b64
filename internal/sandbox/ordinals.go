package sandbox

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"sync"
)

// Ordinals count the requests of one kind that met a fault, in one life of a
// sandbox, so that a draw belongs to the third poll of a subject and not to the
// hundredth request of the sandbox. The zero value is ready; it is safe for
// concurrent use.
type Ordinals struct {
	mu     sync.Mutex
	counts map[string]int
}

// mostOrdinals bounds how many kinds of requests are counted. Beyond it they are
// counted anew.
const mostOrdinals = 1 << 16

// longestKind is how much of a kind is kept as it stands, in bytes: a batch is of a
// kind that names all its subjects.
const longestKind = 256

// Next is how many requests of a kind there were before this one.
func (o *Ordinals) Next(kind string) int {
	if len(kind) > longestKind {
		sum := sha256.Sum256([]byte(kind))
		kind = hex.EncodeToString(sum[:])
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.counts == nil || len(o.counts) >= mostOrdinals {
		o.counts = map[string]int{}
	}
	o.counts[kind]++
	return o.counts[kind] - 1
}

// Counts of all kinds, as a snapshot keeps them.
func (o *Ordinals) Counts() map[string]int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return maps.Clone(o.counts)
}

// Resume goes on counting from a snapshot.
func (o *Ordinals) Resume(counts map[string]int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.counts = maps.Clone(counts)
}
