package control

import (
	"net/http"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/contract/ledger"
	"github.com/kzsim/kzsim/internal/openapi"
)

func (c *Control) live(*http.Request) (int, any, error) {
	return 0, map[string]string{"status": "ok"}, nil
}

// ready differs from live at the end of a process: what is on its way is finished,
// and nothing more should be sent.
func (c *Control) ready(r *http.Request) (int, any, error) {
	if c.life.Err() != nil {
		return http.StatusServiceUnavailable, map[string]string{"status": "stopping"}, nil
	}
	return c.live(r)
}

func (c *Control) version(*http.Request) (int, any, error) { return 0, c.opts.Version, nil }

// contract is the whole table as data.
func (c *Control) contract(*http.Request) (int, any, error) {
	return 0, map[string]any{
		"operations": contract.Describe(c.opts.Table),
		"reserved":   contract.DescribeReserved(c.opts.Table),
		"switches":   contract.DescribeSwitches(c.opts.Table),
		"machines":   contract.DescribeMachines(c.opts.Table),
		"ledger":     ledger.Entries(),
	}, nil
}

func (c *Control) contractOpenAPI(w http.ResponseWriter, _ *http.Request) error {
	document, err := openapi.Document(c.opts.Table)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", jsonType)
	_, _ = w.Write(document) // a client that left is not our concern
	return nil
}
