package control

import (
	"net/http"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/contract/ledger"
)

func (c *Control) live(*http.Request) (int, any, error) {
	return 0, map[string]string{"status": "ok"}, nil
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
