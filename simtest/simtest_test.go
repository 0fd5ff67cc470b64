package simtest_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/kzsim/kzsim/simtest"
)

// TestOptions: what a sandbox starts from.
func TestOptions(t *testing.T) {
	tests := []struct {
		name    string
		options []simtest.Option
		want    string // in the answer to a request for proceedings
	}{
		{"nothing", nil, "found"},
		{"library", []simtest.Option{simtest.Scenario("proceedings-unavailable")}, "unavailable"},
		{"file", []simtest.Option{simtest.ScenarioFile("testdata/refuses.yaml")}, "no-subscription"},
		{"profile", []simtest.Option{simtest.Scenario("proceedings-none"), simtest.Profile(map[string]string{"kyc.no_cases": "empty-list"})}, "found"},
		{"the scenario's own profile", []simtest.Option{simtest.Scenario("proceedings-none-as-list")}, "found"},
		{"a case", []simtest.Option{simtest.ScenarioText(cases), simtest.Case("one")}, "unavailable"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			sim := simtest.New(t, test.options...)
			if got := post(sim.Client(), sim.KYC()+proceedings, askWho).Header.Get("Sim-Outcome"); got != test.want {
				t.Errorf("the outcome is %s, want %s", got, test.want)
			}
		})
	}
}

const cases = `
version: 1
scenario: two
about: Two cases.
cases:
  - {name: one, rules: [{on: "kyc.*", do: 503}], try: [{call: kyc.info.exec_proc, expect: 503}]}
`

func TestTheSeedDecidesWhoPeopleAre(t *testing.T) {
	name := func(options ...simtest.Option) string {
		sim := simtest.New(t, options...)
		return post(sim.Client(), sim.ABS()+"/get_cli?iinbin="+who, "").field("fullname") +
			ask(sim.Client(), "GET", sim.ABS()+"/get_cli?iinbin="+who, "").field("fullname")
	}
	if a, b := name(), name(simtest.Seed(1)); a != b {
		t.Errorf("without a seed %s, with the seed 1 %s", a, b)
	}
	if a, b := name(), name(simtest.Seed(2)); a == b {
		t.Errorf("two seeds, one person: %s", a)
	}
}

func TestClocks(t *testing.T) {
	at := time.Date(2030, time.May, 1, 12, 0, 0, 0, time.UTC)
	tests := []struct {
		name   string
		option simtest.Option
		want   time.Time
	}{
		{"default", simtest.Seed(1), start},
		{"the scenario's", simtest.ScenarioText(`{version: 1, scenario: s, about: A clock., clock: {start: "2030-05-01T12:00:00Z"}}`), at},
		{"an instant", simtest.Clock(simtest.OnDemand, at), at},
		{"still", simtest.Clock(simtest.ByAdvance, at), at},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			sim := simtest.New(t, test.option)
			if got := sim.Now(); !got.Equal(test.want) {
				t.Errorf("it is %s, want %s", got, test.want)
			}
			sim.Advance(time.Hour)
			if got := sim.Now(); !got.Equal(test.want.Add(time.Hour)) {
				t.Errorf("an hour later it is %s", got)
			}
		})
	}
	if sim := simtest.New(t, simtest.Clock(simtest.Real, at)); !sim.Now().After(at) {
		t.Error("a real clock stands still")
	}
}

// TestByAdvance: nothing but the test lets an answer come that is late.
func TestByAdvance(t *testing.T) {
	sim := simtest.New(t, simtest.Clock(simtest.ByAdvance, time.Time{}), faulty("{delay: 20s}"))
	answer := make(chan got)
	go func() { answer <- post(sim.Client(), sim.KYC()+proceedings, askWho) }()
	sim.Await(simtest.Call{On: "kyc.info.exec_proc"}, time.Minute)
	sim.Advance(20*time.Second - 1)
	if len(sim.Requests()) > 0 {
		t.Error("the answer came early")
	}
	sim.Advance(1)
	if got := <-answer; got.Err != nil || len(sim.Requests()) != 1 {
		t.Errorf("after 20 s: %d, %v", got.Status, got.Err)
	}
}

func TestMistakes(t *testing.T) {
	tests := []struct {
		name   string
		option simtest.Option
		want   []string
	}{
		{"name", simtest.Scenario("payment-lost-repply"), []string{"payment-lost-reply"}},
		{"case", simtest.Case("nothing"), []string{"no case"}},
		{"file", simtest.ScenarioFile("testdata/mistaken.yaml"), []string{"mistaken.yaml:5:10", "kyc.info.exec_proc"}},
		{"no file", simtest.ScenarioFile("testdata/missing.yaml"), []string{"missing.yaml"}},
		{"text", simtest.ScenarioText("version: 2"), []string{"scenario:1:"}},
		{"profile", simtest.Profile(map[string]string{"preset": "lax"}), []string{"profile", "strict"}},
		{"clock", simtest.Clock("fast", time.Time{}), []string{"by-advance"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			went := record(func(tb simtest.TB) {
				simtest.New(tb, simtest.Scenario("payment-lost-reply"), test.option)
				tb.Errorf("went on")
			})
			for _, want := range test.want {
				if !strings.Contains(went.said(), want) || strings.Contains(went.said(), "went on") {
					t.Errorf("want a failure with %q that ends the test, got:\n%s", want, went.said())
				}
			}
		})
	}
}

// TestSandboxesDoNotMeet: what one test does, another knows nothing of.
func TestSandboxesDoNotMeet(t *testing.T) {
	a, b := simtest.New(t), simtest.New(t)
	first := post(a.Client(), a.KYC()+approval, askWho)
	a.Approve(who)
	if got := post(a.Client(), a.KYC()+approval, askWho).field("status"); got != "VALID" {
		t.Errorf("after the approval: %s", got)
	}
	second := post(b.Client(), b.KYC()+approval, askWho)
	if got := second.field("status"); got != "PENDING" {
		t.Errorf("in another sandbox: %s", got)
	}
	if first.Body != second.Body {
		t.Errorf("the same request in two new sandboxes: %s and %s", first.Body, second.Body)
	}
}

func TestPeopleAnswer(t *testing.T) {
	sim := simtest.New(t)
	post(sim.Client(), sim.KYC()+approval, askWho)
	sim.Reject(who)
	if got := post(sim.Client(), sim.KYC()+approval, askWho).field("status"); got != "INVALID" {
		t.Errorf("after a refusal: %s", got)
	}
	access := sim.KYC() + "/api/v1/backend/e-document/online-access"
	session := post(sim.Client(), access+"/request/passport/", `{"api_key":"k","iin":"`+who+`","phone":"77015550001"}`)
	got := post(sim.Client(), access+"/approve/", `{"backend_session_id":"`+session.field("backend_session_id")+
		`","code":"`+sim.OTP("+7 701 555-00-01")+`","file":false,"file_type":"pdf"}`)
	if got.field("document_type") != "passport" {
		t.Errorf("with the code from the phone: %s", got.Body)
	}
}

func TestPeopleWhoAreNotAsked(t *testing.T) {
	tests := []struct {
		name string
		do   func(*simtest.Sim)
	}{
		{"approve", func(s *simtest.Sim) { s.Approve(who) }},
		{"reject", func(s *simtest.Sim) { s.Reject(who) }},
		{"code", func(s *simtest.Sim) { s.OTP("77015550001") }},
		{"time", func(s *simtest.Sim) { s.Advance(-time.Second) }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if went := record(func(tb simtest.TB) { test.do(simtest.New(tb)) }); len(went.failures) != 1 {
				t.Errorf("%d failures, want 1: %s", len(went.failures), went.said())
			}
		})
	}
}

// TestNothingInternalIsPublic: who uses the package needs nothing but it and the
// standard library.
func TestNothingInternalIsPublic(t *testing.T) {
	sim := reflect.TypeFor[*simtest.Sim]()
	for i := range sim.NumMethod() {
		signature := sim.Method(i).Type
		for n := 1; n < signature.NumIn(); n++ {
			checkPublic(t, sim.Method(i).Name, signature.In(n))
		}
		for n := range signature.NumOut() {
			checkPublic(t, sim.Method(i).Name, signature.Out(n))
		}
	}
}

func checkPublic(t *testing.T, where string, of reflect.Type) {
	t.Helper()
	if strings.Contains(of.PkgPath(), "/internal/") {
		t.Errorf("%s has a %s", where, of)
	}
	switch of.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		checkPublic(t, where, of.Elem())
	case reflect.Struct:
		if !strings.HasSuffix(of.PkgPath(), "/simtest") {
			return
		}
		for i := range of.NumField() {
			if of.Field(i).IsExported() {
				checkPublic(t, where+", "+of.Field(i).Name, of.Field(i).Type)
			}
		}
	}
}
