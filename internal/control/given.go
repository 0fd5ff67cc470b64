package control

import (
	"net/http"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/scenario"
)

// addGiven makes fixtures true in a sandbox as it is: all of them, or none.
func (c *Control) addGiven(r *http.Request, sb *sandbox.Sandbox) (int, any, error) {
	given, err := parsed(c, r, `{"subjects": [{"iin": "901123300258", "phone": "77011234567"}]}`, scenario.ParseGiven)
	if err != nil {
		return 0, nil, err
	}
	return 0, nil, happen(sb, func(call *contract.Call) error { return scenarioProblem(given.Apply(c.opts.Table, call)) })
}
