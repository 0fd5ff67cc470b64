package simulator

import (
	"fmt"
	"strings"
	"sync"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/delivery"
	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/openapi/sample"
	"github.com/kzsim/kzsim/internal/verify"
)

// remarks judge the answers of other systems as sim verify does. What is needed for it is
// read when the first one comes.
func remarks(table *contract.Table) func(*contract.Call, delivery.Answer) []contract.Finding {
	judge := sync.OnceValues(func() (*verify.Judge, error) { return verify.NewJudge(table) })
	return func(c *contract.Call, a delivery.Answer) []contract.Finding {
		j, err := judge()
		if err != nil {
			return []contract.Finding{{Text: "the answer can't be judged: " + err.Error()}}
		}
		request := sample.Request{Operation: c.Operation, Query: map[string]string{}, Body: c.Body}
		for name, values := range c.Query {
			request.Query[name] = values[0]
		}
		var all []contract.Finding
		for _, f := range j.Findings(request, verify.Answer{Status: a.Status, Header: a.Header, Body: a.Body, Err: a.Err}) {
			all = append(all, remark(f))
		}
		return all
	}
}

// remark is a finding as the journal has findings: its path is a place in the answer.
func remark(f verify.Finding) contract.Finding {
	one, about := contract.Finding{}, string(f.Kind)
	if strings.HasPrefix(f.Path, "/") {
		one.Path = f.Path
	} else {
		about = f.Path
	}
	one.Text = string(journal.Redacted(fmt.Appendf(nil, "%s: expected %s, found %s", about, f.Expected, f.Seen)))
	if f.IsNote() {
		one = one.AsNote()
	}
	if len(f.Ledger) > 0 {
		one.Ledger = f.Ledger[0]
	}
	return one
}
