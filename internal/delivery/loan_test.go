package delivery_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	_ "github.com/kzsim/kzsim/internal/testgc"
	"github.com/kzsim/kzsim/internal/testgolden"
)

// abs is the ABS of a bank that writes down what it is asked.
type abs struct {
	*httptest.Server
	mu      sync.Mutex
	asked   []string
	answers map[string]string // by path; others than the good ones
	status  int               // of each answer; 0 for 200
	scan    []byte            // what get_pdf answers; nil for 404
	silent  string            // path that is answered 503
	turned  map[string]string // what the next answer by path leaves behind: the one after it
}

func newABS(t *testing.T) *abs {
	a := &abs{scan: []byte("%PDF-1.4\n"), answers: map[string]string{
		"/abs/get_cli":              `{"error_code":0,"error_text":"","iinbin":"901123300258","fullname":"ТЕСТОВ ТЕСТ","sectecon":9,"residfl":1}`,
		"/abs/get_acc":              `{"error_code":0,"error_text":"","ibans":[]}`,
		"/abs/colvir_get_loan_debt": `{"error_code":0,"error_text":"","debt":1500000.50}`,
		"/abs/way4_get_loan_debt":   `{"error_code":0,"error_text":"","debt":1500000.50}`,
		"/abs/get_acc_stmt_dt":      `{"error_code":0,"error_text":"","stmt":[]}`,
	}}
	a.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		a.mu.Lock()
		a.asked = append(a.asked, strings.TrimSpace(r.Method+" "+r.URL.String()+" "+r.Header.Get("Content-Type")+" "+string(body)))
		answer, status, scan, silent := a.answers[r.URL.Path], a.status, a.scan, a.silent == r.URL.Path
		if next, turns := a.turned[r.URL.Path]; turns {
			a.answers[r.URL.Path] = next
		}
		a.mu.Unlock()
		switch {
		case silent:
			status, answer = http.StatusServiceUnavailable, ""
		case r.URL.Path == "/abs/get_pdf" && scan != nil:
			w.Header().Set("Content-Type", "application/pdf")
			w.Header().Set("Content-Disposition", `attachment; filename="dbz.pdf"`)
			answer = string(scan)
		case r.URL.Path == "/abs/get_pdf":
			status = http.StatusNotFound
		default:
			w.Header().Set("Content-Type", "application/json")
		}
		if status != 0 {
			w.WriteHeader(status)
		}
		_, _ = io.WriteString(w, answer)
	}))
	t.Cleanup(a.Close)
	return a
}

// become another ABS: one with this status, and with this answer at this path.
func (a *abs) become(status int, path, answer string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.status, a.answers[path] = status, answer
}

// turn the answer at a path into another one once it was given.
func (a *abs) turn(path, next string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.turned = map[string]string{path: next}
}

// silence a path; empty for none.
func (a *abs) silence(path string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.silent = path
}

// take what was asked since the last time.
func (a *abs) take() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	asked := a.asked
	a.asked = nil
	return asked
}

// askingBank is a sandbox `k2` whose K2 asks an ABS; its clock stands at nine.
func askingBank(t *testing.T, of *abs) *bank {
	b := newBank(t, answering(200, taken), nil)
	b.create("k2", `,"targets":`+askedAt(of.URL+"/abs/"))
	return b
}

const loanRow = `{"contract_number":"KD7","dbz_contract_number":"KD7","dbz_dt":"2020-02-08","iinbin":"901123300258","fullname":"ТЕСТОВ ТЕСТ",
	"debt":2000000,"cur":"KZT","iban":"KZ86125KZT5004100100","dep_id":1001,"id":77,"dea_dt":"2020-01-05","dea_dep_id":1001,"dea_id":76,"dea_code":5,"system":"%s"}`

func (b *bank) load(system string) {
	b.t.Helper()
	b.do(200, "POST", "/s/k2/restapi/services/run/k2loan_from_eko", "["+fmt.Sprintf(loanRow, system)+"]")
	b.settle()
}

func (b *bank) settle() {
	b.t.Helper()
	b.do(200, "GET", "/_sim/sandboxes/k2/deliveries?within=1m", "")
}

func (b *bank) later(by string) {
	b.t.Helper()
	b.do(200, "POST", "/_sim/sandboxes/k2/clock/advance", fmt.Sprintf(`{"by":%q}`, by))
}

// demands of the loan, each by status and amount.
func (b *bank) demands() (all []string) {
	b.t.Helper()
	answer := b.do(200, "POST", "/s/k2/restapi/services/run/k2extreq_by_dbz", `{"contract_number":"KD7","dbz_dt":"2020-02-08"}`)
	var list struct {
		Items []map[string]any
	}
	if err := json.Unmarshal([]byte(answer), &list); err != nil {
		b.t.Fatal(err)
	}
	for _, d := range list.Items {
		all = append(all, fmt.Sprint(d["stat_id$"], " ", d["amount"]))
	}
	return all
}

// TestLoanIsAskedAbout: the questions about a loan in their order, byte by byte, day by
// day until it is paid.
func TestLoanIsAskedAbout(t *testing.T) {
	for _, system := range []string{"colvir", "way4"} {
		t.Run(system, func(t *testing.T) {
			of := newABS(t)
			b := askingBank(t, of)
			var log strings.Builder
			note := func(when string) {
				fmt.Fprintf(&log, "%s\n", when)
				for _, line := range of.take() {
					fmt.Fprintf(&log, "\t%s\n", line)
				}
				for _, d := range b.demands() {
					fmt.Fprintf(&log, "\tdemand: %s\n", d)
				}
			}
			b.load(system)
			note("loaded")
			b.later("23h")
			note("23 hours later")
			b.later("1h")
			note("one day later")
			of.become(0, "/abs/"+system+"_get_loan_debt", `{"error_code":0,"error_text":"","debt":0}`)
			b.later("24h")
			note("paid, two days later")
			b.later("240h")
			note("twelve days later")
			b.load(system)
			note("loaded again")
			testgolden.Compare(t, "testdata/loan_"+system+".golden", log.String())
		})
	}
}

// TestBadABS: whatever an ABS does wrong, the loan goes on when the ABS does, and no answer
// counts twice.
func TestBadABS(t *testing.T) {
	for _, test := range []struct {
		name         string
		status       int
		path, answer string
		says         string // of the last attempt
	}{
		{"an ABS that is down", 503, "/abs/get_cli", "", "abs.get_cli has no answer with HTTP 503"},
		{"no JSON", 0, "/abs/get_cli", "<html>", "the answer is no found of abs.get_cli: "},
		{"another shape", 0, "/abs/get_acc", `{"error_code":0,"error_text":"","ibans":{}}`, "the answer is no found of abs.get_acc: "},
		{"an error that no document has", 0, "/abs/colvir_get_loan_debt", `{"error_code":-1,"error_text":"ORA-12170"}`, "the answer is an error that the contract does not have"},
		{"a debt in words", 0, "/abs/colvir_get_loan_debt", `{"error_code":0,"error_text":"","debt":"много"}`, "the answer is no debt of abs.colvir_get_loan_debt: "},
		{"a file where a statement is", 0, "/abs/get_acc_stmt_dt", "%PDF-1.4", "the answer is no found of abs.get_acc_stmt_dt: "},
	} {
		t.Run(test.name, func(t *testing.T) {
			of := newABS(t)
			good := of.answers[test.path]
			of.become(test.status, test.path, test.answer)
			b := askingBank(t, of)
			b.load("colvir")
			if d := b.last(); d.State != "waiting" || !strings.HasPrefix(d.Attempts[0].Error, test.says) {
				t.Errorf("%s: %q, want %q", d.State, d.Attempts[0].Error, test.says)
			}
			if made := b.demands(); len(made) > 0 {
				t.Errorf("demands %v", made)
			}
			b.later("1h")
			if d := b.last(); d.State != "given-up" || len(d.Attempts) != 6 {
				t.Errorf("%s after %d attempts", d.State, len(d.Attempts))
			}
			of.become(0, test.path, good)
			b.later("24h")
			if made := b.demands(); len(made) != 1 {
				t.Errorf("demands once it is well: %v", made)
			}
		})
	}
}

// asking is a delivery of the sandbox that asks.
type asking struct {
	State    string
	Attempts []struct{ Error string }
}

// last delivery of the sandbox that asks.
func (b *bank) last() asking {
	b.t.Helper()
	return b.delivery(-1)
}

// delivery of the sandbox that asks, by its place among all; -1 is the last.
func (b *bank) delivery(at int) asking {
	b.t.Helper()
	all := struct{ Deliveries []asking }{}
	if err := json.Unmarshal([]byte(b.do(200, "GET", "/_sim/sandboxes/k2/deliveries?within=1m", "")), &all); err != nil {
		b.t.Fatal(err)
	}
	if at < 0 {
		at += len(all.Deliveries)
	}
	return all.Deliveries[at]
}

// TestUnknownClient: a client that the ABS doesn't know has no demand until it does.
func TestUnknownClient(t *testing.T) {
	of := newABS(t)
	good := of.answers["/abs/get_cli"]
	of.become(0, "/abs/get_cli", `{"error_code":404,"error_text":"Клиент не найден"}`)
	b := askingBank(t, of)
	b.load("colvir")
	b.later("23h")
	if asked := of.take(); len(asked) != 1 {
		t.Errorf("asked %q", asked)
	}
	of.become(0, "/abs/get_cli", good)
	b.later("1h")
	if asked, made := of.take(), b.demands(); len(asked) != 5 || len(made) != 1 {
		t.Errorf("asked %q, demands %v", asked, made)
	}
}

// TestSnapshotOfAnInquiry: a snapshot in the midst of the questions goes on in another
// sandbox with the same questions.
func TestSnapshotOfAnInquiry(t *testing.T) {
	of := newABS(t)
	good := of.answers["/abs/colvir_get_loan_debt"]
	of.become(0, "/abs/colvir_get_loan_debt", "")
	b := askingBank(t, of)
	b.load("colvir")
	taken := b.do(200, "GET", "/_sim/sandboxes/k2/snapshot", "")
	of.become(0, "/abs/colvir_get_loan_debt", good)
	var runs [2][]string
	for i := range runs {
		b.do(200, "PUT", "/_sim/sandboxes/k2/snapshot", taken)
		of.take()
		b.later("1h")
		runs[i] = append(of.take(), b.demands()...)
	}
	if diff := cmp.Diff(runs[0], runs[1]); diff != "" || len(runs[0]) != 4 {
		t.Errorf("%q (-first +second):\n%s", runs[0], diff)
	}
}

// TestLoanThatChangesWhileItIsAskedAbout: the answer to the old question counts for nothing, and K2 asks anew.
func TestLoanThatChangesWhileItIsAskedAbout(t *testing.T) {
	of := newABS(t)
	of.silence("/abs/colvir_get_loan_debt")
	b := askingBank(t, of)
	b.load("colvir")
	of.become(0, "/abs/colvir_get_loan_debt", `{"error_code":0,"error_text":"","debt":7}`)
	b.load("way4")
	of.silence("")
	b.later("1h")
	if diff := cmp.Diff([]string{"Сформирован на бумажном носителе 1500000.50"}, b.demands()); diff != "" {
		t.Errorf("demands (-want +got):\n%s", diff)
	}
}

// TestLoanThatIsLoadedOtherwise: a loan of which a question is another one is asked about from the start, and
// what the bank has sent before is not its file any more.
func TestLoanThatIsLoadedOtherwise(t *testing.T) {
	for _, test := range []struct {
		name, old, now, asks string
		found                bool // ledger 86: there was another debtor
	}{
		{"as before", "", "", "", false},
		{"another name and debt", `ТЕСТОВ ТЕСТ","debt":2000000`, `ТЕСТОВ Т","debt":5`, "", false},
		{"another debtor", "901123300258", "791028302728", "get_cli?iinbin=791028302728", true},
		{"another agreement", `"dbz_dt":"2020-02-08"`, `"dbz_dt":"2020-02-09"`, "dbz_dt=2020-02-09", false},
		{"another key", `"id":77`, `"id":78`, `{"dep_id":1001,"id":78}`, false},
		{"another system", "colvir", "way4", "way4_get_loan_debt", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			of := newABS(t)
			of.scan = theirScan.PDF()
			b := askingBank(t, of)
			b.load("colvir")
			of.take()
			of.silence("/abs/get_pdf")
			row := strings.ReplaceAll(fmt.Sprintf(loanRow, "colvir"), test.old, test.now)
			w := b.ask("POST", "/s/k2/restapi/services/run/k2loan_from_eko", "["+row+"]")
			b.settle()
			asked := strings.Join(of.take(), "\n")
			if !strings.Contains(asked, test.asks) || (asked == "") != (test.asks == "") || strings.Contains(w.Header().Get("Sim-Finding"), "ledger 86: /0/iinbin: ") != test.found {
				t.Errorf("asked\n%s\nwant %q; finding %q", asked, test.asks, w.Header().Get("Sim-Finding"))
			}
			if code := b.file("CUST-KD7").Code; (code == 200) != (test.asks == "") {
				t.Errorf("the file: HTTP %d", code)
			}
		})
	}
}

// TestNoTargets: without targets nothing is asked, and a loan has its demands at once.
func TestNoTargets(t *testing.T) {
	b := newBank(t, answering(200, taken), nil)
	b.create("k2", "")
	b.load("colvir")
	if made := b.demands(); len(made) != 1 {
		t.Errorf("demands %v", made)
	}
	if state := b.do(200, "GET", "/_sim/sandboxes/k2/snapshot", ""); strings.Contains(state, "k2.inquiries") {
		t.Error("there is an inquiry")
	}
}
