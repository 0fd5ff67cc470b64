package scenario_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/scenario"
	"github.com/kzsim/kzsim/internal/store"
)

// noon is when requests come in these tests.
var noon = time.Date(2024, time.March, 1, 12, 0, 0, 0, time.FixedZone("", 5*60*60))

// call of an operation with a body, or the query of a GET.
func call(t testing.TB, operation, input string) *contract.Call {
	t.Helper()
	op, ok := table().Operation(operation)
	if !ok {
		t.Fatalf("no operation %s", operation)
	}
	c := &contract.Call{Operation: op, Now: noon, Seed: 1, Header: http.Header{}, Raw: []byte(input)}
	if op.ReadsQuery() {
		c.Query, _ = url.ParseQuery(input)
		return c
	}
	body, err := contract.ParseBody([]byte(input))
	if err != nil {
		t.Fatal(err)
	}
	c.Body = body
	return c
}

func approve(t testing.TB, iin string) *contract.Call {
	return call(t, "kyc.address.approve", fmt.Sprintf(`{"api_key": "k", "iin": %q}`, iin))
}

// force is a scenario in force over a store, as a run has it.
type force struct {
	store    *store.Store
	settings *scenario.Settings
}

func runtimeOf(t testing.TB, rules string) *force {
	t.Helper()
	return &force{store.New(), scenario.NewSettings(contract.Profile{}, parse(t, head+rules), noon)}
}

func (f *force) Decide(c *contract.Call) (plan scenario.Plan) {
	f.update(func(tx *store.Tx) {
		c.Tx = tx
		plan = f.settings.Decide(c, tx.Counters())
	})
	return plan
}

// become other settings; what is in force no more is counted no more.
func (f *force) become(next *scenario.Settings) {
	f.count(func(counters *store.Counters) { f.settings.DropCounters(next, counters) })
	f.settings = next
}

func (f *force) add(fault scenario.LiveFault) string {
	next, fault, _ := f.settings.WithFault(fault)
	f.become(next)
	return fault.ID
}

func (f *force) setChaos(share float64) error {
	chaos, err := scenario.ChaosOf(share, options())
	if err == nil {
		f.become(f.settings.WithChaos(chaos))
	}
	return err
}

func (f *force) decided() (all []int) {
	f.count(func(counters *store.Counters) { all = f.settings.Decided(counters) })
	return all
}

// met is a plan in a word.
func met(p scenario.Plan) string {
	var words []string
	if p.Outcome != nil {
		words = append(words, p.Outcome.Name)
	}
	if p.Reply != nil {
		words = append(words, fmt.Sprintf("reply %d", p.Reply.Status))
	}
	for _, f := range p.Faults {
		words = append(words, f.Kind())
	}
	if p.Before != nil {
		words = append(words, "subject")
	}
	if p.Advance > 0 {
		words = append(words, p.Advance.String())
	}
	if p.Rule == "" {
		return "nothing"
	}
	if words == nil {
		return "pass"
	}
	return strings.Join(words, " ")
}

func decide(r *force, calls ...*contract.Call) []string {
	var all []string
	for _, c := range calls {
		all = append(all, met(r.Decide(c)))
	}
	return all
}

const zarina, arman = "901123300258", "031231500126"

func TestSteps(t *testing.T) {
	get := `{"backend_session_id": "s", "iin": "901123300258", "api_key": "k"}`
	for _, test := range []struct{ on, do, input, want string }{
		{"kyc.address.get", "token-expired", get, "token-expired"},
		{"kyc.address.get", "pass", get, "pass"},
		{"kyc.address.get", "lost-reply", get, "lost-reply"},
		{"kyc.address.get", "409", get, "upstream-down"},
		{"kyc.address.get", "400", get, "already-received"}, // the first that is documented, not malformed
		{"kyc.address.get", "503", get, "reply 503"},
		{"kyc.address.get", "{fault: {delay: 2s}}", get, "delay"},
		{"kyc.address.get", "{fault: [reset, {delay: 2s}]}", get, "reset delay"},
		{"kyc.address.get", "{outcome: found, fault: {delay: 2s, truncate: 50%}, advance: 1m}", get, "found delay truncate 1m0s"},
		{"kyc.address.approve", "{subject: approve}", `{"iin": "901123300258"}`, "subject"},
		{"kyc.*", "{outcome: 409}", get, "upstream-down"},
		{"k2.getfile", "404", "code=CUST-1", "not-found"},
		{"abs.get_cli", "404", "iinbin=901123300258", "reply 404"}, // its not-found is HTTP 200
	} {
		r := runtimeOf(t, fmt.Sprintf("rules: [{on: %q, do: %s}]\n", test.on, test.do))
		on := strings.Replace(test.on, "*", "address.get", 1)
		if got := met(r.Decide(call(t, on, test.input))); got != test.want {
			t.Errorf("%s on %s: met %s, want %s", test.do, test.on, got, test.want)
		}
	}
}

func TestListsAdvanceBySubject(t *testing.T) {
	r := runtimeOf(t, "rules: [{on: kyc.address.approve, do: [pending, pending, valid]}]\n")
	got := decide(r, approve(t, zarina), approve(t, arman), approve(t, zarina), approve(t, zarina), approve(t, zarina), approve(t, arman))
	want := []string{"pending", "pending", "pending", "valid", "valid", "pending"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestListsAdvanceBySessionWhereThereIsOne(t *testing.T) {
	r := runtimeOf(t, "rules: [{on: kyc.address.get, do: [503, found]}]\n")
	get := func(session string) *contract.Call {
		return call(t, "kyc.address.get", fmt.Sprintf(`{"backend_session_id": %q, "iin": %q, "api_key": "k"}`, session, zarina))
	}
	got := decide(r, get("a"), get("b"), get("a"), get("b"))
	if diff := cmp.Diff([]string{"reply 503", "reply 503", "found", "found"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestListsAdvanceBySandboxWhereNobodyIsNamed(t *testing.T) {
	r := runtimeOf(t, "rules: [{on: k2.k2extreq_pay_from_eko, do: [lost-reply, pass]}]\n")
	pay := func(trn int) *contract.Call {
		return call(t, "k2.k2extreq_pay_from_eko", fmt.Sprintf(`{"items": [{"trn_id": %d, "refer": "P", "amount": 1}]}`, trn))
	}
	if diff := cmp.Diff([]string{"lost-reply", "pass", "pass"}, decide(r, pay(1), pay(2), pay(3))); diff != "" {
		t.Error(diff)
	}
}

// TestConcurrentSubjects: nobody's polls are counted with another's, and no two
// of one subject's share a step or skip one.
func TestConcurrentSubjects(t *testing.T) {
	const subjects, polls = 200, 3
	r := runtimeOf(t, "rules: [{on: kyc.address.approve, do: [pending, pending, valid]}]\n")
	seen := make([][]string, subjects)
	var all sync.WaitGroup
	for i := range subjects {
		c := approve(t, fmt.Sprintf("%012d", i))
		all.Go(func() {
			for range polls {
				seen[i] = append(seen[i], met(r.Decide(c)))
			}
		})
	}
	all.Wait()
	for i, got := range seen {
		if diff := cmp.Diff([]string{"pending", "pending", "valid"}, got); diff != "" {
			t.Fatalf("subject %d (-want +got):\n%s", i, diff)
		}
	}
}

func TestConcurrentPollsOfOneSubject(t *testing.T) {
	const polls = 200
	r := runtimeOf(t, "rules: [{on: kyc.address.approve, do: [pending, pending, valid]}]\n")
	seen := map[string]int{}
	var mu sync.Mutex
	var all sync.WaitGroup
	for range polls {
		c := approve(t, zarina)
		all.Go(func() {
			word := met(r.Decide(c))
			mu.Lock()
			defer mu.Unlock()
			seen[word]++
		})
	}
	all.Wait()
	if diff := cmp.Diff(map[string]int{"pending": 2, "valid": polls - 2}, seen); diff != "" {
		t.Error(diff)
	}
}

func TestFirstMatchWinsAndOnlyItsRequestsAreCounted(t *testing.T) {
	r := runtimeOf(t, `rules:
  - {on: kyc.address.approve, for: {iin: 031231500126}, do: timeout}
  - {on: kyc.address.approve, when: body.api_key == "other", do: invalid}
  - {on: kyc.address.*, do: [pending, valid]}
`)
	other := call(t, "kyc.address.approve", `{"api_key": "other", "iin": "901123300258"}`)
	got := decide(r, approve(t, arman), other, approve(t, zarina), other, approve(t, zarina))
	if diff := cmp.Diff([]string{"timeout", "invalid", "pending", "invalid", "valid"}, got); diff != "" {
		t.Error(diff)
	}
}

// A pattern's rule leaves alone what has none of its outcomes.
func TestPatternsMeetOnlyWhatHasTheirOutcomes(t *testing.T) {
	r := runtimeOf(t, "rules: [{on: kyc.*, do: unavailable}]\n")
	info := call(t, "kyc.info.exec_proc", `{"api_key": "k", "iin": "901123300258"}`)
	if diff := cmp.Diff([]string{"unavailable", "nothing"}, decide(r, info, approve(t, zarina))); diff != "" {
		t.Error(diff)
	}
}

func TestForMeetsAPersonWhereverTheNumberStands(t *testing.T) {
	r := runtimeOf(t, "rules: [{on: \"*\", for: {iin: 901123300258}, do: 503}]\n")
	got := decide(r,
		approve(t, zarina),
		call(t, "abs.get_cli", "iinbin=901123300258"),
		call(t, "k2.k2loan_from_eko", `[{"contract_number": "1", "iinbin": "031231500126", "debt": 1}, {"contract_number": "2", "iinbin": "901123300258", "debt": 1}]`),
		call(t, "abs.get_cli", "iinbin=031231500126"),
	)
	if diff := cmp.Diff([]string{"reply 503", "reply 503", "reply 503", "nothing"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestTargeting(t *testing.T) {
	at := func(c *contract.Call, clock string) *contract.Call {
		c.Now, _ = time.Parse(time.RFC3339, clock)
		return c
	}
	pay := `{"items": [{"trn_id": "11", "refer": "P", "amount": 1000.5}, {"trn_id": 12, "refer": "Q", "amount": 5}]}`
	with := func(c *contract.Call, name, value string) *contract.Call {
		c.Header.Set(name, value)
		return c
	}
	for _, test := range []struct {
		name, criteria string
		meets, misses  *contract.Call
	}{
		{"relative window", "on: kyc.address.approve; between: [0s, 10m]", approve(t, zarina), at(approve(t, zarina), "2024-03-01T12:10:00+05:00")},
		{"window of instants", `on: kyc.address.approve; between: ["2024-03-01T07:00:00Z", "2024-03-01T07:00:01Z"]`, approve(t, zarina), at(approve(t, zarina), "2024-03-01T12:00:01+05:00")},
		{"number", "on: k2.k2extreq_pay_from_eko; when: body.items[0].amount > 1000", call(t, "k2.k2extreq_pay_from_eko", pay), call(t, "k2.k2extreq_pay_from_eko", `{"items": []}`)},
		{"any row", "on: k2.k2extreq_pay_from_eko; when: 'any(body.items, .refer == \"Q\")'", call(t, "k2.k2extreq_pay_from_eko", pay), call(t, "k2.k2extreq_pay_from_eko", strings.ReplaceAll(pay, "Q", "R"))},
		{"query", "on: abs.get_cli; when: query.iinbin startsWith \"90\"", call(t, "abs.get_cli", "iinbin=901"), call(t, "abs.get_cli", "iinbin=801")},
		{"header in any spelling", `on: kyc.address.approve; when: 'header["x-run"] == "7"'`, with(approve(t, zarina), "X-Run", "7"), approve(t, zarina)},
		{"the sandbox's time", "on: kyc.address.approve; when: now.Hour() == 12", approve(t, zarina), at(approve(t, zarina), "2024-03-01T13:00:00+05:00")},
		{"one of several", "on: kyc.address.approve; for: {iin: [031231500126, 901123300258]}", approve(t, zarina), approve(t, "850101300001")},
		{"two fields", "on: kyc.address.approve; for: {iin: 901123300258, api_key: k}", approve(t, zarina), call(t, "kyc.address.approve", `{"api_key": "l", "iin": "901123300258"}`)},
	} {
		criteria := strings.ReplaceAll(test.criteria, "; ", "\n    ")
		r := runtimeOf(t, "rules:\n  - do: 504\n    "+criteria+"\n")
		if got := met(r.Decide(test.meets)); got != "reply 504" {
			t.Errorf("%s: met %s", test.name, got)
		}
		if got := met(r.Decide(test.misses)); got != "nothing" {
			t.Errorf("%s: met %s where it must not", test.name, got)
		}
	}
}

func TestPathVariables(t *testing.T) {
	r := runtimeOf(t, "rules: [{on: kyc.edocument.request, when: path.document_type == \"passport\", do: 503}]\n")
	c := call(t, "kyc.edocument.request", `{"iin": "901123300258"}`)
	c.Path = map[string]string{"document_type": "passport"}
	if got := met(r.Decide(c)); got != "cannot-connect" {
		t.Errorf("met %s", got)
	}
}

func TestTimesIsForAllTogether(t *testing.T) {
	r := runtimeOf(t, "rules: [{on: kyc.address.approve, times: 2, do: 504}]\n")
	got := decide(r, approve(t, zarina), approve(t, arman), approve(t, zarina))
	if diff := cmp.Diff([]string{"reply 504", "reply 504", "nothing"}, got); diff != "" {
		t.Error(diff)
	}
}

// TestProbability: the share is right, the seed decides, and what others ask for
// shifts nothing.
func TestProbability(t *testing.T) {
	const requests = 4000
	rules := "rules: [{on: kyc.*, probability: 0.25, do: 504}]\n"
	draw := func(disturbed bool) (mine []string) {
		r := runtimeOf(t, rules)
		for range requests {
			if disturbed {
				r.Decide(approve(t, arman))
			}
			mine = append(mine, met(r.Decide(approve(t, zarina))))
		}
		return mine
	}
	alone := draw(false)
	if diff := cmp.Diff(alone, draw(true)); diff != "" {
		t.Errorf("another subject's requests shift the draws (-alone +together):\n%s", diff)
	}
	hits := 0
	for _, word := range alone {
		if word == "reply 504" {
			hits++
		}
	}
	if share := float64(hits) / requests; share < 0.22 || share > 0.28 {
		t.Errorf("%.3f of the requests were met, want 0.25", share)
	}
}

func TestPreferIsNotCounted(t *testing.T) {
	r := runtimeOf(t, "rules: [{on: kyc.address.approve, do: [pending, valid]}]\n")
	asked := approve(t, zarina)
	asked.Preferred, _ = asked.Operation.Outcome("timeout")
	got := decide(r, asked, approve(t, zarina), asked, approve(t, zarina))
	if diff := cmp.Diff([]string{"nothing", "pending", "nothing", "valid"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestExplanations(t *testing.T) {
	r := runtimeOf(t, `rules:
  - {name: somebody else, on: kyc.address.approve, for: {iin: 031231500126}, do: timeout}
  - {on: kyc.address.approve, when: body.api_key == "other" and now.Hour() > 3, do: invalid}
  - {on: kyc.address.approve, between: [10m, 20m], do: invalid}
  - {on: k2.*, do: 503}
  - {on: kyc.address.approve, when: body.api_key == "k", do: [pending, valid]}
`)
	want := []string{
		"somebody else: for: iin is 901123300258, not 031231500126",
		`rule 2: when body.api_key == "other" is false: body.api_key is "k"`,
		"rule 3: between: it is 2024-03-01T12:00:00+05:00, not from 2024-03-01T12:10:00+05:00 until 2024-03-01T12:20:00+05:00",
		"rule 5: decided: step 1 of 2 for subject 901123300258: pending",
	}
	plan := r.Decide(approve(t, zarina))
	if diff := cmp.Diff(want, plan.Why); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if plan.Rule != "rule 5" {
		t.Errorf("the rule is called %q", plan.Rule)
	}
}

func TestPatchIsLaidOverTheAnswer(t *testing.T) {
	r := runtimeOf(t, "rules: [{on: k2.k2extreq_by_dbz, do: {outcome: found, patch: {items: [{amount: 7.00}], extra: [1, 2]}, off_contract: true}}]\n")
	plan := r.Decide(call(t, "k2.k2extreq_by_dbz", `{"contract_number": "1", "dbz_dt": "2024-01-01"}`))
	body, err := contract.ParseBody([]byte(`{"error_code": 0, "items": [{"amount": "1.00", "refer": "A"}, {"refer": "B"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	before, _ := json.Marshal(body)
	got, err := contract.Encode(plan.Patch(body))
	if err != nil {
		t.Fatal(err)
	}
	want := `{"error_code":0,"extra":[1,2],"items":[{"amount":"7.00","refer":"A"},{"refer":"B"}]}`
	if string(got) != want {
		t.Errorf("patched: %s\nwant:    %s", got, want)
	}
	if after, _ := json.Marshal(body); string(after) != string(before) {
		t.Errorf("the service's own body was changed to %s", after)
	}
}
