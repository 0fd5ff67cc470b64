// Package world is the population as a sandbox has changed it: the pure functions
// of internal/population with what scenarios and requests have stored laid over
// them. The three services read people, loans and incoming payment demands here
// and nowhere else, so what one of them learns the others know.
package world

import (
	"time"

	"github.com/kzsim/kzsim/internal/chance"
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/population"
	"github.com/kzsim/kzsim/internal/store"
)

// World is what one call sees of the sandbox's people. It changes the state only
// by methods whose names say so.
type World struct {
	tx   *store.Tx
	seed chance.Seed
	now  time.Time
	call *contract.Call
}

// Of the call's sandbox, at the call's instant: people have the age and the documents of
// that day.
func Of(c *contract.Call) World {
	return World{c.Tx, c.Seed, c.Now, c}
}

// Population beneath the changes.
func (w World) Population() population.Population {
	w.call.Daily()
	return population.New(w.seed).On(w.now)
}

// Collections that the world keeps in a sandbox's store.
func Collections() []store.Definition {
	return []store.Definition{
		subjects.Definition(), loans.ReadBy(readLoan), loanKeys.Definition(), incoming.Definition(),
	}
}
