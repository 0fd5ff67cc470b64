package verify_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/scenario"
	"github.com/kzsim/kzsim/internal/simulator"
	"github.com/kzsim/kzsim/internal/testsim"
	"github.com/kzsim/kzsim/internal/verify"
	"github.com/kzsim/kzsim/internal/verify/target"
)

// somebody answers the messages of a stranger that is a simulator behind the
// scenes.
type somebody struct {
	t     *testing.T
	s     *simulator.Simulator
	asked []string
}

func (p *somebody) control(method, path, body string) []byte {
	p.t.Helper()
	w := testsim.Ask(p.s.Handler(), method, "/_sim/sandboxes/default"+path, body, "Authorization", "Bearer the token")
	if w.Code >= 400 {
		p.t.Fatalf("%s: %d %s", path, w.Code, w.Body)
	}
	return w.Body.Bytes()
}

func (p *somebody) Approve(_ context.Context, iin, phone string) error {
	p.asked = append(p.asked, "approve on "+phone)
	p.control("POST", "/subjects/"+iin+"/answer", `{"with":"approve"}`)
	return nil
}

func (p *somebody) Code(_ context.Context, phone string) (string, error) {
	p.asked = append(p.asked, "code from "+phone)
	var seen struct{ Messages []struct{ Code string } }
	if err := json.Unmarshal(p.control("GET", "/phones/"+phone, ""), &seen); err != nil {
		return "", err
	}
	return seen.Messages[len(seen.Messages)-1].Code, nil
}

// inProfile is a simulator whose default sandbox has a profile.
func inProfile(t *testing.T, words map[string]string) *simulator.Simulator {
	t.Helper()
	s := served(t)
	profile, err := s.Table.Profile(words)
	if err != nil {
		t.Fatal(err)
	}
	sb, err := s.Pool.Get("default")
	if err != nil {
		t.Fatal(err)
	}
	err = sb.Change(func(in *scenario.Settings) (*scenario.Settings, error) { return in.WithProfile(profile), nil }, func(*sandbox.Run) {})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// trusted is a stranger where everything may be done.
func trusted(p *somebody) func(*verify.Options) {
	return func(o *verify.Options) {
		quick(o)
		o.Person, o.Target.Poll = p, 0
		o.Target.Allow = []string{"*"}
		o.Target.Subjects = []target.Subject{{IIN: "901123300258", Phone: "77011234567", Documents: []string{"passport"}}}
		kyc := o.Target.Services["kyc"]
		kyc.APIKey = "key-of-the-organisation-00000000000000000000000"
		o.Target.Services["kyc"] = kyc
		o.Target.Absent = map[string]map[string]any{
			"abs.way4_get_loan_debt":   {"contract_number": "nobody's"},
			"k2.k2req_status_from_eko": {"reference": "nobody's"},
			"kyc.edocument.request":    {"iin": "850624300987"},
			"kyc.info.exec_proc":       {"iin": "nobody"},
		}
	}
}

// A real endpoint decides what the documents leave open: whatever the switches
// of the simulator behind it are, the suite finds them out by its answers.
func TestAnswersSettleTheLedger(t *testing.T) {
	settings := []map[string]string{
		{
			"kyc.error_envelope": "detail", "kyc.officer_secondname": "array", "kyc.address_wait": "poll",
			"kyc.extra_fields": "on", "kyc.no_cases": "not-found", "abs.list": "array", "abs.scan": "pdf",
			"abs.unknown": "accept", "k2.unknown": "accept", "abs.all_count": "matching",
		},
		{
			"kyc.error_envelope": "message", "kyc.officer_secondname": "string", "kyc.address_wait": "poll",
			"kyc.extra_fields": "off", "kyc.no_cases": "empty-list", "abs.list": "object", "abs.scan": "tiff",
			"abs.unknown": "accept", "k2.unknown": "error", "abs.all_count": "all",
		},
	}
	for _, words := range settings {
		t.Run(words["kyc.error_envelope"], func(t *testing.T) {
			s := inProfile(t, words)
			p := &somebody{t: t, s: s}
			registerOne(t, s.Handler())
			report := verified(t, stranger(s.Handler()), trusted(p))
			if !report.Good {
				t.Errorf("findings: %v", report.Findings)
			}
			want := maps.Clone(words)
			want["preset"] = "documents"
			if diff := cmp.Diff(want, report.Profile); diff != "" {
				t.Errorf("profile (-want +got):\n%s", diff)
			}
			if _, err := s.Table.Profile(report.Profile); err != nil {
				t.Errorf("the simulator doesn't take the profile: %v", err)
			}
			for _, settled := range report.Settled {
				if len(settled.Ledger) == 0 || settled.Question == "" || settled.Seen == "" {
					t.Errorf("%+v says too little", settled)
				}
			}
			wantAsked := []string{"approve on 77011234567", "code from 77011234567"}
			if diff := cmp.Diff(wantAsked, p.asked); diff != "" {
				t.Errorf("the person was asked: %s", diff)
			}
		})
	}
}

// registerOne demand that no filter of the suite fits.
func registerOne(t *testing.T, h http.Handler) {
	t.Helper()
	const demand = `{"refer":"PTP0000000000001","iinbin":"791028302728","amount":1,"doc_at":"2001-01-01"}`
	if w := testsim.Ask(h, "POST", "/abs/reg_pt", demand); w.Code != http.StatusOK {
		t.Fatal(w.Code, w.Body)
	}
}

func TestSpellingIsSettled(t *testing.T) {
	for _, spelling := range []string{"CMDB", "MCDB"} {
		s := served(t)
		nobody := spoiling(t, s.Handler(), "kyc.edocument.request", func(_ *http.Request, a *answered) {
			a.status, a.body = 404, []byte(`{"detail":"Subject not found in `+spelling+`"}`)
		})
		report := verified(t, stranger(nobody), trusted(&somebody{t: t, s: s}), func(o *verify.Options) {
			o.Operations, o.Kinds = []string{"kyc.edocument.request"}, []string{verify.WellFormed}
		})
		want := []string{"kyc.edocument.request outcome status"} // the target file's subject is known there
		if got := report.Profile["kyc.cmdb_spelling"]; got != strings.ToLower(spelling) || !slices.Equal(want, lines(report.Findings)) {
			t.Errorf("%s: settled as %q, findings %v", spelling, got, report.Findings)
		}
	}
}

func TestContradictionIsTold(t *testing.T) {
	s := served(t)
	fickle := spoiling(t, s.Handler(), "kyc.edocument.approve", func(_ *http.Request, a *answered) {
		a.body = bytes.Replace(a.body, []byte(`{"detail"`), []byte(`{"message"`), 1)
	})
	report := verified(t, stranger(fickle), trusted(&somebody{t: t, s: s}))
	i := slices.IndexFunc(report.Settled, func(s verify.Settled) bool { return s.Switch == "kyc.error_envelope" })
	if i < 0 || report.Settled[i].Value != "detail" || !strings.Contains(report.Settled[i].Otherwise, "message by kyc.edocument.approve") {
		t.Errorf("settled: %+v", report.Settled)
	}
}

func TestNobodyAnswers(t *testing.T) {
	s := served(t)
	report := verified(t, stranger(s.Handler()), trusted(nil), func(o *verify.Options) { o.Person = nil })
	if !report.Good {
		t.Errorf("findings: %v", report.Findings)
	}
	for _, operation := range []string{"kyc.address.get", "kyc.edocument.approve"} {
		if !wasSkipped(report, operation) {
			t.Errorf("it isn't said that the flow to %s was not taken", operation)
		}
	}
}

func TestConsoleAsksThePerson(t *testing.T) {
	var out bytes.Buffer
	in, typed := io.Pipe()
	c := verify.NewConsole(&out, in)
	if err := c.Approve(t.Context(), "901123300258", "77011234567"); err != nil {
		t.Fatal(err)
	}
	go func() { _, _ = io.WriteString(typed, " 123456 \n"); typed.Close() }()
	code, err := c.Code(t.Context(), "77011234567")
	if code != "123456" || err != nil {
		t.Errorf("code %q, %v", code, err)
	}
	if n := strings.Count(out.String(), "answer the message on +77011234567"); n != 2 {
		t.Errorf("the person was asked %d times: %s", n, out.String())
	}
	if _, err := c.Code(t.Context(), "77011234567"); err == nil {
		t.Error("a code after the end of the input")
	}
}

func TestConsoleStopsWithTheRun(t *testing.T) {
	in, _ := io.Pipe()
	c := verify.NewConsole(io.Discard, in)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Code(ctx, "77011234567"); err != context.Canceled {
		t.Errorf("error %v", err)
	}
}

func TestAcceptedFindings(t *testing.T) {
	wrong := spoiling(t, served(t).Handler(), "abs.get_cli", set("", "sectecon", "9"))
	accept := func(path, kind string) func(*verify.Options) {
		return func(o *verify.Options) {
			o.Operations = []string{"abs.get_cli"}
			o.Target.Accepted = []target.Acceptance{{Operation: "abs.*", Path: path, Kind: kind, Reason: "agreed on"}}
		}
	}
	report := verified(t, wrong, accept("/sectecon", ""))
	if !report.Good || len(report.Accepted) != 1 || report.Accepted[0].Reason != "agreed on" || len(report.Stale) != 0 {
		t.Errorf("accepted %v, findings %v, stale %v", report.Accepted, report.Findings, report.Stale)
	}
	report = verified(t, wrong, accept("/sectecon", string(verify.MissingField)))
	if report.Good || len(report.Stale) != 1 {
		t.Errorf("another kind: good %v, stale %v", report.Good, report.Stale)
	}
	report = verified(t, served(t).Handler(), accept("/sectecon", ""))
	if !report.Good || len(report.Stale) != 1 || report.Stale[0].Reason != "agreed on" {
		t.Errorf("mended: stale %v", report.Stale)
	}
}

func TestSuiteFollowsTheTable(t *testing.T) {
	report := verified(t, served(t).Handler())
	asked := map[string]bool{}
	for _, r := range report.Results {
		asked[r.Operation] = true
	}
	for _, op := range contractTable(t).Operations() {
		if !asked[op.ID] {
			t.Errorf("%s has no case", op.ID)
		}
		for _, name := range op.OutcomeNames() {
			if !slices.ContainsFunc(report.Results, func(r verify.Result) bool {
				return r.Operation == op.ID && r.Expected == name && r.Kind == verify.ByName
			}) {
				t.Errorf("%s: nobody asks for %s by name", op.ID, name)
			}
		}
	}
	for _, value := range contractTable(t).Reserved() {
		for _, id := range value.On {
			name := fmt.Sprintf("reserved: %s %s", value.Field, value.Value)
			if !slices.ContainsFunc(report.Results, func(r verify.Result) bool { return r.Operation == id && r.Case == name }) {
				t.Errorf("%s: nobody sends %s", id, name)
			}
		}
	}
}
