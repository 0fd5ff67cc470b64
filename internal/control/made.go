package control

import (
	"sync"

	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/openapi"
	"github.com/kzsim/kzsim/internal/scenario"
)

// made is what follows from a table alone. It takes tens of milliseconds, so it is made when it is first
// asked for, once for all simulators that have the table.
type made struct {
	library func() ([]scenario.Listed, document.Findings)
	openAPI func() ([]byte, error) // of the services
}

// madeOf has a *made by its *contract.Table. A process has one.
var madeOf sync.Map

func newMade(opts scenario.Options) *made {
	return &made{
		library: sync.OnceValues(func() ([]scenario.Listed, document.Findings) { return scenario.List(opts.Library, opts) }),
		openAPI: sync.OnceValues(func() ([]byte, error) { return openapi.Document(opts.Table, openapi.V31) }),
	}
}
