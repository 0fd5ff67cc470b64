package delivery_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/simulator"
)

// trouble is what an ABS does with the first question about a debt, in place of an answer.
type trouble struct {
	name    string
	do      http.HandlerFunc
	patient bool   // K2 doesn't wait for its whole patience
	status  int    // that K2 has got
	says    string // the beginning of the finding in the journal; empty for none
	counts  bool   // the answer counts, so that K2 doesn't ask again
}

const debtAnswer = `{"error_code":0,"error_text":"","debt":1500000.50}`

func hangUp(w http.ResponseWriter) {
	if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
		_ = conn.Close()
	}
}

func sayJSON(status int, text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, text)
	}
}

// wholeAnswer is the debt as it stands on the wire.
var wholeAnswer = fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(debtAnswer), debtAnswer)

var troubles = []trouble{
	{name: "slow", says: "answer: expected an answer, found no answer within", do: func(w http.ResponseWriter, r *http.Request) {
		<-r.Context().Done() // the client has left
		_, _ = io.WriteString(w, debtAnswer)
	}},
	{name: "silent", says: "answer: expected an answer, found no answer within", do: func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }},
	{name: "hangs up", patient: true, says: "answer: expected an answer, found EOF", do: func(w http.ResponseWriter, _ *http.Request) { hangUp(w) }},
	{name: "wrong", patient: true, status: 200, says: `type: expected number, found "1500000.50"`, do: sayJSON(200, `{"error_code":0,"error_text":"","debt":"1500000.50"}`)},
	{name: "an error of its own", patient: true, status: 200, says: "note: ", do: sayJSON(200, `{"error_code":-1,"error_text":"ORA-12170"}`)},
	{name: "500", patient: true, status: 500, says: "status: expected one of 200", do: sayJSON(500, `Internal Server Error`)},
	{name: "half an answer", patient: true, status: 200, says: "body: expected a whole body", do: func(w http.ResponseWriter, _ *http.Request) {
		if conn, out, err := http.NewResponseController(w).Hijack(); err == nil {
			_, _ = out.WriteString(wholeAnswer[:len(wholeAnswer)-10])
			_ = out.Flush()
			_ = conn.Close()
		}
	}},
	{name: "answers twice", patient: true, status: 200, counts: true, do: func(w http.ResponseWriter, _ *http.Request) {
		if conn, out, err := http.NewResponseController(w).Hijack(); err == nil {
			_, _ = out.WriteString(wholeAnswer + wholeAnswer)
			_ = out.Flush()
			_ = conn.Close()
		}
	}},
}

// troubledABS is an ABS that has one trouble with the first question about a debt, which it
// has written down before.
func troubledABS(t *testing.T, with trouble) (base string, debts func() []string) {
	of := newABS(t)
	good, mu := of.Config.Handler, sync.Mutex{}
	var got []string
	of.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "colvir_get_loan_debt") {
			good.ServeHTTP(w, r)
			return
		}
		body, _ := io.ReadAll(r.Body)
		mu.Lock()
		got = append(got, r.Header.Get("Sim-Delivery")+" "+string(body))
		first := len(got) == 1
		mu.Unlock()
		if first {
			with.do(w, r)
			return
		}
		sayJSON(200, debtAnswer)(w, r)
	})
	return of.URL + "/abs", func() []string {
		mu.Lock()
		defer mu.Unlock()
		return got
	}
}

// TestTroubledABS: whatever an ABS does with one question, the state changes once, nothing is
// lost, the journal says what happened, and the loan goes on when the ABS does. The call that
// is made again has the same id, so that an ABS that has stored the first one can tell.
func TestTroubledABS(t *testing.T) {
	for _, test := range troubles {
		t.Run(test.name, func(t *testing.T) {
			base, debts := troubledABS(t, test)
			b := newBank(t, answering(200, taken), func(o *simulator.Options) {
				if !test.patient {
					o.Patience = time.Second
				}
			})
			b.do(201, "POST", "/_sim/sandboxes", fmt.Sprintf(`{"id":"k2","clock":{"mode":"frozen","start":%q},"targets":{"abs":%q}}`, nine, base))
			t.Cleanup(func() {
				b.sim.Handler().ServeHTTP(httptest.NewRecorder(), b.request("DELETE", "/_sim/sandboxes/k2", ""))
			})
			b.load("colvir")
			first := b.exchanges("operation=abs.colvir_get_loan_debt")
			if len(first) != 1 || first[0].ID != "del-000003.1" || first[0].Status != test.status {
				t.Fatalf("the journal has %+v, want one call with HTTP %d", first, test.status)
			}
			if says := findingsOf(first[0]); !strings.HasPrefix(says, test.says) || test.says == "" && says != "" {
				t.Errorf("the journal says %q, want %q", says, test.says)
			}
			if made, asked := len(b.demands()), len(debts()); (made == 1) != test.counts || asked != 1 {
				t.Errorf("%d demands, asked %d times before K2 asks again", made, asked)
			}
			b.later("1s")
			want := []string{`del-000003 {"dep_id":1001,"id":77}`, `del-000003 {"dep_id":1001,"id":77}`}
			if test.counts {
				want = want[:1]
			}
			if diff := cmp.Diff(want, debts()); diff != "" {
				t.Errorf("the ABS has got (-want +got):\n%s", diff)
			}
			if made := b.demands(); len(made) != 1 || !strings.HasSuffix(made[0], " 1500000.50") {
				t.Errorf("demands %q, want one for the debt", made)
			}
			b.do(200, "POST", "/_sim/sandboxes/k2/expectations", `{"on":"abs.colvir_get_loan_debt","direction":"out","outcome":"debt","count":1}`)
			b.do(200, "POST", "/_sim/sandboxes/k2/expectations", `{"on":"abs.get_acc_stmt_dt","direction":"out","outcome":"none","count":1}`)
		})
	}
}

// findingsOf an exchange as one text.
func findingsOf(x exchangeInfo) string {
	var all []string
	for _, f := range x.Findings {
		all = append(all, f.Text)
	}
	return strings.Join(all, "; ")
}
