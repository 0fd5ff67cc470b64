package contract_test

import (
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/kzsim/kzsim/schemas"
)

// The contract as the simulator tells of it under /_sim/contract.
type (
	published struct {
		Operations []operation `json:"operations"`
		Reserved   []reserved  `json:"reserved"`
		Switches   []toggle    `json:"switches"`
		Ledger     []decision  `json:"ledger"`
	}
	operation struct {
		ID       string    `json:"id"`
		Service  string    `json:"service"`
		Method   string    `json:"method"`
		Path     string    `json:"path"`
		Effect   string    `json:"effect"`
		Request  string    `json:"request_schema"`
		Variants []string  `json:"variants"`
		Outcomes []outcome `json:"outcomes"`
		Ledger   []int     `json:"ledger"`
	}
	outcome struct {
		Name   string    `json:"name"`
		Status int       `json:"status"`
		Code   int       `json:"error_code"`
		Text   string    `json:"text"`
		Row    *rowError `json:"row"`
		Schema string    `json:"schema"`
		Ledger []int     `json:"ledger"`
	}
	decision struct {
		Number     int
		Operations []string // ids, or patterns such as kyc.address.*
	}
	rowError struct {
		Code int
		Text string
	}
	reserved struct {
		On                    []string
		Field, Value, Outcome string
	}
	toggle struct {
		Key     string
		Values  []string // none: a duration
		Presets map[string]string
	}
)

// table is read once, over HTTP.
var table = sync.OnceValue(func() published {
	resp, err := server.Client().Get(server.URL + "/_sim/contract")
	if err != nil {
		panic(err)
	}
	defer resp.Body.Close()
	var p published
	if err := json.NewDecoder(resp.Body).Decode(&p); err != nil {
		panic(err)
	}
	return p
})

func operationOf(id string) operation {
	all := table().Operations
	i := slices.IndexFunc(all, func(op operation) bool { return op.ID == id })
	if i < 0 {
		panic("no operation " + id)
	}
	return all[i]
}

func (op operation) outcome(name string) (outcome, bool) {
	i := slices.IndexFunc(op.Outcomes, func(o outcome) bool { return o.Name == name })
	if i < 0 {
		return outcome{}, false
	}
	return op.Outcomes[i], true
}

func (o outcome) isError() bool { return o.Status >= 400 || o.Code != 0 }

// judge compiles the schemas anew, from the files and with nothing else in reach:
// what judges the answers isn't what the simulator judges them by.
var judge = sync.OnceValue(func() map[string]*jsonschema.Schema {
	const root = "schema:///"
	compiler := jsonschema.NewCompiler()
	compiler.Draft = jsonschema.Draft2020
	compiler.AssertFormat = true
	compiler.LoadURL = func(url string) (io.ReadCloser, error) {
		name, ours := strings.CutPrefix(url, root)
		if !ours {
			return nil, fmt.Errorf("%s is outside the schemas", url)
		}
		return schemas.FS.Open(name)
	}
	all := map[string]*jsonschema.Schema{}
	for _, service := range []string{"kyc", "k2", "abs"} {
		names, err := fs.Glob(schemas.FS, service+"/*.json")
		if err != nil {
			panic(err)
		}
		for _, name := range names {
			all[name] = compiler.MustCompile(root + name)
		}
	}
	return all
})
