package control

import (
	"net/http"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/contract/ledger"
)

// health is the answer to probes.
type health struct {
	Status string   `json:"status"`
	State  *Keeping `json:"state,omitempty"`  // with sim serve --state or --store
	Shards *spread  `json:"shards,omitempty"` // with sim serve --store
}

// spread is how the sandboxes are spread over processes.
type spread struct {
	Here  int `json:"here"`
	Known int `json:"known"` // those whose process is known
	All   int `json:"all"`
}

// Keeping reports whether the sandboxes remain after the process ends. If not, the log says why.
type Keeping struct {
	Kept  bool      `json:"kept"`
	Since time.Time `json:"since,omitzero"` // of the process's time: what changed from then on would be lost
}

// Keeping sets the function that reports to probes whether the sandboxes remain.
func (c *Control) Keeping(tell func() Keeping) { c.keeping.Store(&tell) }

// live is the same whether the state is kept or not: to start the process again would lose
// it.
func (c *Control) live(*http.Request) (int, any, error) {
	answer := health{Status: "ok", Shards: c.spread()}
	if tell := c.keeping.Load(); tell != nil {
		state := (*tell)()
		answer.State = &state
	}
	return 0, answer, nil
}

// spread of the sandboxes; nil where one process has all.
func (c *Control) spread() *spread {
	if c.opts.Several == nil {
		return nil
	}
	here, known, all := c.opts.Several.Counts()
	return &spread{here, known, all}
}

// ready differs from live at the end of a process: requests under way are finished,
// and no more should be sent. Where several processes share the sandboxes it differs also until it is known
// which process has which.
func (c *Control) ready(r *http.Request) (int, any, error) {
	if c.life.Err() != nil {
		return http.StatusServiceUnavailable, health{Status: "stopping"}, nil
	}
	if s := c.spread(); s != nil && s.Known < s.All {
		return http.StatusServiceUnavailable, health{Status: "starting", Shards: s}, nil
	}
	return c.live(r)
}

func (c *Control) version(*http.Request) (int, any, error) { return 0, c.opts.Version, nil }

// contract is the whole table as data.
func (c *Control) contract(*http.Request) (int, any, error) {
	return 0, map[string]any{
		"operations": contract.Describe(c.opts.Table),
		"reserved":   c.opts.Table.Reserved(),
		"switches":   contract.DescribeSwitches(c.opts.Table),
		"machines":   contract.DescribeMachines(c.opts.Table),
		"ledger":     ledger.Entries(),
	}, nil
}

func (c *Control) contractOpenAPI(w http.ResponseWriter, _ *http.Request) error {
	document, err := c.made.openAPI()
	if err != nil {
		return err
	}
	writeText(w, jsonType, document)
	return nil
}
