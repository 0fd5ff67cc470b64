package control

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"

	"github.com/gorilla/mux"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/problem"
	"github.com/kzsim/kzsim/internal/sandbox"
)

// listState counts what each collection holds.
func (c *Control) listState(_ *http.Request, sb *sandbox.Sandbox) (int, any, error) {
	snapshot, err := sb.Store.Snapshot()
	if err != nil {
		return 0, nil, err
	}
	counts := map[string]int{}
	for _, name := range c.collections() {
		counts[name] = len(snapshot[name])
	}
	return 0, counts, nil
}

func (c *Control) getState(r *http.Request, sb *sandbox.Sandbox) (int, any, error) {
	name := mux.Vars(r)["collection"]
	if !slices.Contains(c.collections(), name) {
		return 0, nil, problem.New(http.StatusNotFound, "no collection %q; the nearest is %q",
			name, contract.Nearest(name, c.collections()))
	}
	snapshot, err := sb.Store.Snapshot()
	if err != nil {
		return 0, nil, err
	}
	rows := map[string]json.RawMessage{}
	maps.Copy(rows, snapshot[name])
	return 0, rows, nil
}

func (c *Control) collections() []string {
	var names []string
	for _, d := range c.opts.Table.Collections() {
		names = append(names, d.Name)
	}
	slices.Sort(names)
	return names
}
