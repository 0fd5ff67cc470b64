package control

import (
	"net/http"

	"github.com/kzsim/kzsim/internal/sandbox"
)

// invariant of the services as it stands in a sandbox.
type invariant struct {
	Name  string   `json:"name"`
	About string   `json:"about"`
	Holds bool     `json:"holds"`
	Count int      `json:"count"`  // of the places where it is broken
	Where []string `json:"broken"` // the first of them
}

// mostBroken is how many places of one invariant are listed.
const mostBroken = 20

// listInvariants looks at the present state, which it does not change.
func (c *Control) listInvariants(_ *http.Request, sb *sandbox.Sandbox) (int, any, error) {
	all := []invariant{}
	err := sb.Run().Keep(func(tx *sandbox.Tx) error {
		for _, i := range c.opts.Table.Invariants() {
			broken := i.Broken(tx.Call())
			all = append(all, invariant{
				Name: i.Name, About: i.About, Holds: len(broken) == 0, Count: len(broken),
				Where: append([]string{}, broken[:min(len(broken), mostBroken)]...),
			})
		}
		return nil
	})
	return 0, c.masked(map[string]any{"invariants": all}), err
}
