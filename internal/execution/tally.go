package execution

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/kzsim/kzsim/internal/journal"
)

// tally counts the command's requests, over all sandboxes and their runs. It is
// safe for concurrent use; the zero value is ready.
type tally struct {
	mu        sync.Mutex
	requests  int
	unmatched Remarks
	findings  Remarks
}

// Remarks are the first few of many.
type Remarks struct {
	Count int
	First []string // at most mostRemarks
}

// mostRemarks is how many are shown; the journal has them all.
const mostRemarks = 10

func (r *Remarks) add(text string) {
	r.Count++
	if len(r.First) < mostRemarks {
		r.First = append(r.First, text)
	}
}

func (r Remarks) clone() Remarks { return Remarks{r.Count, slices.Clone(r.First)} }

// observe an exchange that is over. A request that fits no operation has a finding,
// too, and counts once.
func (t *tally) observe(e *journal.Exchange) {
	if e.Within {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.requests++
	if e.Operation == "" {
		t.unmatched.add(fmt.Sprintf("%s %s %s%s", e.ID, e.Method, pathOf(e.URL), findingsOf(e)))
		return
	}
	if len(e.Findings) > 0 {
		t.findings.add(fmt.Sprintf("%s %s%s", e.ID, e.Operation, findingsOf(e)))
	}
}

// counted is what there is so far. A request that outlasted the simulator's end may
// still be counted later.
func (t *tally) counted() (requests int, unmatched, findings Remarks) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.requests, t.unmatched.clone(), t.findings.clone()
}

// pathOf an address, without the query: there may be numbers of people in it.
func pathOf(address string) string {
	if u, err := url.ParseRequestURI(address); err == nil {
		return u.Path
	}
	return address
}

func findingsOf(e *journal.Exchange) string {
	var b strings.Builder
	for _, f := range e.Findings {
		b.WriteString(": " + f.String())
	}
	return b.String()
}
