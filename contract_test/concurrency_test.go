package contract_test

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestSixtyFourClients works two sandboxes at once, each client in its own way of
// naming its sandbox. Nobody ever sees what belongs to the other sandbox, and
// everybody sees what is its own.
func TestSixtyFourClients(t *testing.T) {
	const clients, rounds = 64, 4
	pair := []*sandbox{newSandbox(t), newSandbox(t)}
	var wg sync.WaitGroup
	for i := range clients {
		wg.Go(func() {
			c := &client{sandbox: pair[i%2], number: i / 2, way: i / 2 % 3}
			for round := range rounds {
				if err := c.work(round); err != nil {
					t.Errorf("client %d of %s: %v", c.number, c.id, err)
					return
				}
			}
		})
	}
	wg.Wait()
	for _, s := range pair {
		r := &run{sandbox: s, op: operationOf("abs.get_all_pt_from_abs")}
		r.do(steps(ask(`: {"perpage": 1000}`)))
		if count, _ := r.page(); count != clients/2*rounds {
			t.Errorf("%s has %d demands in the end, want %d", s.id, count, clients/2*rounds)
		}
	}
}

// client is one of those that work a sandbox at the same time.
type client struct {
	*sandbox
	number int
	way    int // of naming the sandbox
}

// post asks an operation, naming the sandbox by path, header or host.
func (c *client) post(path, body string) (answer, error) {
	switch c.way {
	case 1:
		return try("POST", server.URL+path, body, "Sim-Sandbox", c.id)
	case 2:
		return try("POST", server.URL+path, body, "Host", c.id+".localhost")
	}
	return try("POST", c.base+path, body)
}

// work registers a demand of the client's own and one payment whose id the other
// sandbox's client uses, too, and looks at all demands of the sandbox.
func (c *client) work(round int) error {
	refer := fmt.Sprintf("%s-%d-%d", c.id, c.number, round)
	for _, ask := range []struct{ path, body, want string }{
		{"/abs/reg_pt", registration(refer), "registered"},
		{"/restapi/services/run/k2extreq_pay_from_eko", payment(fmt.Sprintf("%d-%d", c.number, round)), "accepted"},
		{"/restapi/services/run/k2extreq_pay_from_eko", payment(fmt.Sprintf("%d-%d", c.number, round)), "duplicate-trn-id"},
		{"/abs/get_all_pt_from_abs", `{"perpage": 1000}`, "page"},
	} {
		a, err := c.post(ask.path, ask.body)
		switch {
		case err != nil:
			return err
		case a.outcome() != ask.want || a.header.Get("Sim-Sandbox") != c.id:
			return fmt.Errorf("%s in %s: %s", a.outcome(), a.header.Get("Sim-Sandbox"), a.body)
		case ask.want == "page" && !strings.Contains(string(a.body), refer):
			return fmt.Errorf("%s is registered and not listed", refer)
		case ask.want == "page" && strings.Count(string(a.body), `"refer"`) != strings.Count(string(a.body), `"refer":"`+c.id):
			return fmt.Errorf("the other sandbox's demands are listed: %s", a.body)
		}
	}
	return nil
}

func registration(refer string) string {
	return strings.Replace(fileText("samples/abs/reg_pt.request.json"), "PTP0000000000001", refer, 1)
}

func payment(trnID string) string {
	return fmt.Sprintf(`{"items": [{"request_id": 1, "trn_id": %q, "refer": "PTPJ1", "cur": "KZT", "amount": 1, "incoming_amount": 1}]}`, trnID)
}

// TestThousandPaymentsWithOneID: exactly one of a thousand at once is taken, and
// it counts once.
func TestThousandPaymentsWithOneID(t *testing.T) {
	const goroutines = 1000
	r := newRun(t, operationOf("k2.k2extreq_pay_from_eko"))
	r.do(loadedLoan)
	body := strings.Replace(payment("one"), "PTPJ1", r.demands()[0].Code, 1)
	var outcomes sync.Map
	begin := make(chan struct{})
	var wg sync.WaitGroup
	for range goroutines {
		wg.Go(func() {
			<-begin
			w := httptest.NewRecorder()
			served.Handler().ServeHTTP(w, httptest.NewRequest("POST", "/s/"+r.id+r.op.Path, strings.NewReader(body)))
			n, _ := outcomes.LoadOrStore(w.Header().Get("Sim-Outcome"), new(atomic.Int64))
			n.(*atomic.Int64).Add(1)
		})
	}
	close(begin)
	wg.Wait()
	got := map[string]int64{}
	outcomes.Range(func(name, n any) bool {
		got[name.(string)] = n.(*atomic.Int64).Load()
		return true
	})
	if diff := cmp.Diff(map[string]int64{"accepted": 1, "duplicate-trn-id": goroutines - 1}, got); diff != "" {
		t.Errorf("outcomes (-want +got):\n%s", diff)
	}
	if paid := r.demands()[0].Paid; paid != "1.00" {
		t.Errorf("paid_amount is %s", paid)
	}
}
