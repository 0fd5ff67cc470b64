package control

import (
	"maps"
	"net/http"
	"slices"

	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/problem"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/store"
)

// listState counts what each collection holds.
func (c *Control) listState(_ *http.Request, sb *sandbox.Sandbox) (int, any, error) {
	counts := map[string]int{}
	err := sb.Run().View(func(state store.Reader) error {
		for _, name := range c.collections() {
			counts[name] = 0
			for range state.Scan(name, "") {
				counts[name]++
			}
		}
		return nil
	})
	return 0, counts, err
}

func (c *Control) getState(r *http.Request, sb *sandbox.Sandbox) (int, any, error) {
	name := r.PathValue("collection")
	if !slices.Contains(c.collections(), name) {
		return 0, nil, problem.New(http.StatusNotFound, "no collection %q; the nearest is %q",
			name, document.Nearest(name, c.collections()))
	}
	rows := map[string]any{}
	err := sb.Run().View(func(state store.Reader) error {
		maps.Insert(rows, state.Scan(name, ""))
		return nil
	})
	return 0, rows, err
}

func (c *Control) collections() []string {
	var names []string
	for _, d := range c.opts.Table.Collections() {
		names = append(names, d.Name())
	}
	slices.Sort(names)
	return names
}
