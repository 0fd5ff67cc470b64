package verify

import (
	"net/http"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/openapi/sample"
	"github.com/kzsim/kzsim/internal/schema"
	"github.com/kzsim/kzsim/schemas"
)

// Judge judges single answers as the suite does. What one answer says is not held against
// another one. It is safe for concurrent use.
type Judge struct{ judge }

// NewJudge by a table.
func NewJudge(table *contract.Table) (*Judge, error) {
	set := schema.New(schemas.FS)
	q, err := newQuotes(set)
	return &Judge{judge{table: table, schemas: set, quotes: q}}, err
}

// Answer is what came back; Err if nothing did, or not all of it.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
	Err    error
}

// Findings in an answer to a request of the operation's shape.
func (j *Judge) Findings(request sample.Request, a Answer) []Finding {
	one := j.judge
	one.memory = newMemory()
	return one.judge(call{request: request}, answer{status: a.Status, header: a.Header, body: a.Body, err: a.Err}, expectation{}).findings
}
