package verify_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/verify"
	"github.com/kzsim/kzsim/internal/verify/target"
)

func jsonOf(t testing.TB, v any) string {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// recording notes every request before somebody answers it.
type recording struct {
	mu   sync.Mutex
	next http.Handler
	seen []recorded
}

type recorded struct {
	method, path, text string // text is all of the request
}

func (s *recording) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	var head bytes.Buffer
	_ = r.Header.Write(&head)
	s.mu.Lock()
	s.seen = append(s.seen, recorded{r.Method, r.URL.Path, r.URL.String() + "\n" + head.String() + string(body)})
	s.mu.Unlock()
	r.Body = io.NopCloser(bytes.NewReader(body))
	s.next.ServeHTTP(w, r)
}

// stranger is the simulator without a sign that it is one: a real endpoint.
func stranger(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/_sim") {
			http.NotFound(w, r)
			return
		}
		next.ServeHTTP(unsigned{w}, r)
	})
}

type unsigned struct{ http.ResponseWriter }

func (w unsigned) WriteHeader(status int) {
	for name := range w.Header() {
		if strings.HasPrefix(name, "Sim-") {
			w.Header().Del(name)
		}
	}
	w.ResponseWriter.WriteHeader(status)
}

// quick lets a run against a stranger go at full speed.
func quick(o *verify.Options) { o.Target.Rate = target.NoRate }

func TestReadOnlyByDefault(t *testing.T) {
	table := contractTable(t)
	answers := map[string]http.Handler{
		"to everything with {}":      http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("{}")) }),
		"as a real endpoint would":   stranger(served(t).Handler()),
		"to everything with a login": http.RedirectHandler("/login", http.StatusFound),
	}
	for name, next := range answers {
		t.Run(name, func(t *testing.T) {
			s := &recording{next: next}
			report := verified(t, s, quick)
			isHarmless(t, table, s.seen, nil)
			if len(s.seen) < 30 {
				t.Errorf("only %d requests", len(s.seen))
			}
			for _, op := range table.Operations() {
				if op.Effect != contract.Reads && !wasSkipped(report, op.ID) {
					t.Errorf("the report doesn't say that %s was skipped", op.ID)
				}
			}
		})
	}
}

// isHarmless fails the test for every request that may not be made of a real
// endpoint; the named operations may.
func isHarmless(t *testing.T, table *contract.Table, seen []recorded, named []string) {
	t.Helper()
	for _, r := range seen {
		op := operationAt(table, r)
		isProbe := r.method == http.MethodGet && (r.path == "/" || r.path == "/abs/")
		switch {
		case op == nil && !isProbe:
			t.Errorf("%s %s is no operation", r.method, r.path)
		case op != nil && op.Effect != contract.Reads && !slices.Contains(named, op.ID):
			t.Errorf("%s %s", op.Effect, op.ID)
		}
		if strings.Contains(r.text, "Prefer") {
			t.Errorf("Prefer in a request of %s", r.path)
		}
		for _, value := range table.Reserved() {
			if len(value.Value) > 3 && strings.Contains(r.text, value.Value) {
				t.Errorf("the reserved %s %s in a request of %s", value.Field, value.Value, r.path)
			}
		}
	}
}

func operationAt(table *contract.Table, r recorded) *contract.Operation {
	for _, op := range table.Operations() {
		prefix, rest, variable := strings.Cut(op.Path, "{")
		if op.Method == r.method && (op.Path == r.path || variable && strings.HasPrefix(r.path, prefix) && rest != "") {
			return op
		}
	}
	return nil
}

func wasSkipped(report *verify.Report, operation string) bool {
	return slices.ContainsFunc(report.Results, func(r verify.Result) bool {
		return r.Operation == operation && r.Verdict == verify.Skipped && r.Why != ""
	})
}

func TestNamedOperationsAndNoOthersAreCalled(t *testing.T) {
	table := contractTable(t)
	s := &recording{next: stranger(served(t).Handler())}
	verified(t, s, quick, func(o *verify.Options) {
		o.Target.Allow = []string{"abs.reg_pt", "k2.k2loan_exclude_*", "kyc.info.exec_proc"}
		kyc := o.Target.Services["kyc"]
		kyc.APIKey = "key-of-the-organisation-00000000000000000000000"
		o.Target.Services["kyc"] = kyc
	})
	named := []string{
		"abs.reg_pt", "k2.k2loan_exclude_on_by_iin_dbznum", "k2.k2loan_exclude_off_by_iin_dbznum", "kyc.info.exec_proc",
	}
	isHarmless(t, table, s.seen, named)
	called := map[string]bool{}
	for _, r := range s.seen {
		if op := operationAt(table, r); op != nil && slices.Contains(named, op.ID) {
			called[op.ID] = true
		}
	}
	if len(called) != len(named) {
		t.Errorf("called were %v of %v", called, named)
	}
}

// A target file may hold a list of what may be done even to a simulator.
func TestAllowListBindsForTheSimulatorToo(t *testing.T) {
	table := contractTable(t)
	s := &recording{next: served(t).Handler()}
	verified(t, s, func(o *verify.Options) {
		o.Target.Allow = []string{}
		o.Kinds = []string{verify.WellFormed, verify.Flow}
	})
	isHarmless(t, table, s.seen, nil)
}

func TestBankWithAnAddressForEveryOperation(t *testing.T) {
	s := &recording{next: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer secret-of-the-bank" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"error_text":"","error_code":0,"iinbin":"` + r.URL.Query().Get("iinbin") +
			`","fullname":"secret-of-the-bank","sectecon":9,"residfl":true}`))
	})}
	report := verified(t, s, quick, func(o *verify.Options) {
		o.Target.Services = map[string]target.Service{"abs": {
			Operations: map[string]string{"abs.get_cli": "http://colvir.bank/clients/find?channel=k2"},
			Headers:    map[string]string{"Authorization": "Bearer secret-of-the-bank", "X-Empty": ""},
		}}
	})
	if diff := cmp.Diff([]string{"abs.get_cli type /residfl"}, lines(report.Findings)); diff != "" {
		t.Error(diff)
	}
	for _, r := range s.seen {
		if !strings.HasPrefix(r.text, "http://colvir.bank/clients/find?channel=k2") {
			t.Errorf("request %q", r.text)
		}
	}
	if text := jsonOf(t, report); strings.Contains(text, "(X-Empty)") {
		t.Errorf("an empty header was taken for a secret: %.500s", text)
	}
	if strings.Contains(jsonOf(t, report), "Bearer secret-of-the-bank") {
		t.Error("a credential in the report")
	}
}

// TestAnEndlessAnswerIsCutShort: what a broken target sends is bounded, and is told
// from an answer that is no JSON.
func TestAnEndlessAnswerIsCutShort(t *testing.T) {
	endless := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"fullname":"`))
		_, _ = w.Write(bytes.Repeat([]byte("x"), 33<<20))
	})
	report := verified(t, endless, func(o *verify.Options) {
		o.Operations, o.Kinds = []string{"abs.get_cli"}, []string{verify.WellFormed}
	})
	if text := jsonOf(t, report); !strings.Contains(text, "an answer of more than 32 MiB") {
		t.Errorf("%.500s", text)
	}
}
