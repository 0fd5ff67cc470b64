package delivery_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kzsim/kzsim/internal/simulator"
)

// trouble is what an ABS does with the first call of an operation, in place of the answer.
type trouble struct {
	name    string
	do      func(answer string) http.HandlerFunc
	patient bool   // K2 doesn't wait for its whole patience
	status  int    // that K2 has got
	says    string // the beginning of the finding in the journal; empty for none
	counts  bool   // the answer counts, so that K2 doesn't ask again
}

const debtAnswer = `{"error_code":0,"error_text":"","debt":1500000.50}`

func sayJSON(status int, text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, text)
	}
}

// sayAndHangUp writes to the connection itself, and closes it.
func sayAndHangUp(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		if conn, out, err := http.NewResponseController(w).Hijack(); err == nil {
			_, _ = out.WriteString(text)
			_ = out.Flush()
			_ = conn.Close()
		}
	}
}

// onTheWire is an answer as it stands there.
func onTheWire(answer string) string {
	return fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(answer), answer)
}

var troubles = []trouble{
	{name: "slow", says: "answer: expected an answer, found no answer within", do: func(answer string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			<-r.Context().Done() // the client has left
			_, _ = io.WriteString(w, answer)
		}
	}},
	{name: "silent", says: "answer: expected an answer, found no answer within", do: func(string) http.HandlerFunc {
		return func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	}},
	{name: "drops after storing", patient: true, says: "answer: expected an answer, found EOF", do: func(string) http.HandlerFunc { return sayAndHangUp("") }},
	{name: "wrong", patient: true, status: 200, says: `type: expected integer, found "0"`, do: func(answer string) http.HandlerFunc {
		return sayJSON(200, strings.NewReplacer(`"error_code":0`, `"error_code":"0"`).Replace(answer))
	}},
	{name: "an error of its own", patient: true, status: 200, says: "note: ", do: func(string) http.HandlerFunc { return sayJSON(200, `{"error_code":-1,"error_text":"ORA-12170"}`) }},
	{name: "500", patient: true, status: 500, says: "status: expected one of 200", do: func(string) http.HandlerFunc { return sayJSON(500, `Internal Server Error`) }},
	{name: "half an answer", patient: true, status: 200, says: "body: expected a whole body", do: func(answer string) http.HandlerFunc {
		whole := onTheWire(answer)
		return sayAndHangUp(whole[:len(whole)-10])
	}},
	{name: "answers twice", patient: true, status: 200, counts: true, do: func(answer string) http.HandlerFunc {
		return sayAndHangUp(onTheWire(answer) + onTheWire(answer))
	}},
}

// troubledCall is the call that an ABS has trouble with.
type troubledCall struct {
	operation, answer string
	begin             func(*bank)        // lets K2 make it
	id, body          string             // of the delivery, of the call
	state             func(*bank) string // that the answer changes
	before, after     string
}

var troubledCalls = []troubledCall{
	{
		operation: "colvir_get_loan_debt", answer: debtAnswer, begin: func(b *bank) { b.load("colvir") },
		id: "del-000003", body: `{"dep_id":1001,"id":77}`,
		state: func(b *bank) string { return strings.Join(b.demands(), ", ") }, after: "Введен 1500000.50",
	},
	{
		operation: "reg_pt", answer: taken, begin: func(b *bank) { b.happens(204, "", arriving) },
		id: "del-000003", body: arriving,
		state: (*bank).incoming, before: "registering, Введен", after: "registered, Введен",
	},
	{
		operation: "post_all_loan_exclude_to_eko", answer: taken,
		begin: func(b *bank) {
			b.do(200, "POST", "/s/k2/restapi/services/run/k2loan_exclude_on_by_iin_dbznum", `{"iin":"901123300258","dbz_num":"KD9","return_extreq":false,"fio":"Т"}`)
			b.settle()
		},
		id: "del-000001", state: func(b *bank) string { return b.last().State }, before: "waiting", after: "delivered",
	},
}

// troubledABS is an ABS that has one trouble with the first call of an operation, which it
// has written down before.
func troubledABS(t *testing.T, with trouble, call troubledCall) (base string, calls func() []string) {
	of := registeringABS(t)
	good, mu := of.Config.Handler, sync.Mutex{}
	var got []string
	of.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, call.operation) {
			good.ServeHTTP(w, r)
			return
		}
		body, _ := io.ReadAll(r.Body)
		mu.Lock()
		got = append(got, r.Header.Get("Sim-Delivery")+" "+string(body))
		first := len(got) == 1
		mu.Unlock()
		if first {
			with.do(call.answer)(w, r)
			return
		}
		sayJSON(200, call.answer)(w, r)
	})
	return of.URL + "/abs", func() []string {
		mu.Lock()
		defer mu.Unlock()
		return got
	}
}

// TestTroubledABS: whatever an ABS does with one call, the state changes once, nothing is
// lost, the journal says what happened, and K2 goes on when the ABS does. The call that
// is made again has the same id and body, so that an ABS that has stored the first one can
// tell.
func TestTroubledABS(t *testing.T) {
	t.Parallel()
	for _, call := range troubledCalls {
		for _, with := range troubles {
			t.Run(call.operation+", "+with.name, func(t *testing.T) {
				t.Parallel()
				base, calls := troubledABS(t, with, call)
				b := newBank(t, answering(200, taken), func(o *simulator.Options) {
					if !with.patient {
						o.Patience = time.Second
					}
				})
				b.create("k2", `,"targets":`+askedAt(base))
				call.begin(b)
				b.expectTrouble(with, call)
				if now := call.state(b); now != call.before && !with.counts || len(calls()) != 1 {
					t.Errorf("before K2 calls again: %q, want %q; called %d times", now, call.before, len(calls()))
				}
				b.later("1s")
				expectCalls(t, calls(), with, call)
				if now := call.state(b); now != call.after {
					t.Errorf("at last: %q, want %q", now, call.after)
				}
				b.later("1h")
				expectCalls(t, calls(), with, call)
			})
		}
	}
}

// expectTrouble in the journal: one call, with its status and what is wrong.
func (b *bank) expectTrouble(with trouble, call troubledCall) {
	b.t.Helper()
	first := b.exchanges("operation=abs." + call.operation)
	if len(first) != 1 || first[0].ID != call.id+".1" || first[0].Status != with.status {
		b.t.Fatalf("the journal has %+v, want one call with HTTP %d", first, with.status)
	}
	if says := findingsOf(first[0]); !strings.HasPrefix(says, with.says) || with.says == "" && says != "" {
		b.t.Errorf("the journal says %q, want %q", says, with.says)
	}
}

// expectCalls that the ABS has got: one, and the same again where the first did not count.
func expectCalls(t *testing.T, got []string, with trouble, call troubledCall) {
	t.Helper()
	want := 2
	if with.counts {
		want = 1
	}
	if len(got) != want || got[len(got)-1] != got[0] || !strings.HasPrefix(got[0], call.id+" "+call.body) {
		t.Errorf("the ABS has got %q, want %d times the same %s %s", got, want, call.id, call.body)
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
