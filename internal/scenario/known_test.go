package scenario_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/scenario"
	"github.com/kzsim/kzsim/internal/store"
)

// inState is a scenario in force over the services' state, at an instant.
type inState struct {
	*force
	now time.Time
}

func inStateOf(t testing.TB, rules string, profile map[string]string) *inState {
	t.Helper()
	p, err := table().Profile(profile)
	if err != nil {
		t.Fatal(err)
	}
	in := &inState{&force{store.New(table().Collections()...), scenario.NewSettings(p, parse(t, head+rules), noon)}, noon}
	in.update(in.given(t, `{subjects: [{iin: "`+zarina+`", answers: approve, after: 2m}, {iin: "`+arman+`", answers: ignore}]}`))
	return in
}

// bind a call to a transaction.
func (in *inState) bind(c *contract.Call, tx *store.Tx) *contract.Call {
	c.Tx, c.Now, c.Profile = tx, in.now, in.settings.Profile
	return c
}

// given makes true what a document says.
func (in *inState) given(t testing.TB, source string) func(*store.Tx) {
	all, findings := scenario.ParseGiven([]byte(source), options())
	if findings.Broken() {
		t.Fatalf("%s: %v", source, findings)
	}
	return func(tx *store.Tx) {
		_ = all.Apply(table(), in.bind(&contract.Call{Seed: 1}, tx)) // a demand is there already
	}
}

// decide in a transaction that has done something before, and does something behind it.
func (in *inState) decide(c *contract.Call, before, behind func(*store.Tx), ends error) (plan scenario.Plan) {
	_ = in.store.Update(func(tx *store.Tx) error {
		before(tx)
		plan = in.settings.Decide(in.bind(c, tx), tx.Counters())
		behind(tx)
		return ends
	})
	return plan
}

// forgetful is the same over a copy of the state of which nothing is known.
func (in *inState) forgetful(t *testing.T) *inState {
	t.Helper()
	snapshot, err := in.store.Image().Encode()
	if err != nil {
		t.Fatal(err)
	}
	state, err := store.NewSchema(table().Collections()...).Restore(snapshot)
	if err != nil {
		t.Fatal(err)
	}
	return &inState{&force{state, in.settings}, in.now}
}

// sessions that approvals of these people open, by their keys of one digit.
func sessions(t testing.TB) (all []string) {
	in := inStateOf(t, "", nil)
	for _, iin := range []string{zarina, arman} {
		for range 2 {
			in.update(func(tx *store.Tx) {
				_, _ = table().Perform(in.bind(approve(t, iin), tx), nil)
				for _, c := range tx.Changes() {
					if c.Collection == "kyc-address-sessions" {
						all = append(all, c.Key)
					}
				}
			})
			in.now = in.now.Add(48 * time.Hour)
		}
	}
	if len(all) == 0 {
		t.Fatal("approvals open no session")
	}
	return all
}

// stateRules are rules about the state of few things, beside some about the request.
func stateRules(r *rand.Rand, ids []string, count int) string {
	one := func(of ...string) string { return of[r.IntN(len(of))] }
	iin := func() string { return `"` + one(zarina, arman, "850101300001") + `"` }
	contractOf := func() string { return fmt.Sprintf(`"KD000000000%d"`, r.IntN(4)) }
	demand := func() string { return fmt.Sprintf(`"PTPJ00000000000%d"`, r.IntN(4)) }
	session := func() string { return `"` + ids[r.IntN(len(ids))] + `"` }
	var all []string
	for i := range count {
		when := one(
			"state.session("+session()+`).status == "`+one("VALID", "PENDING", "EXPIRED", "TIMEOUT")+`"`, "state.session("+session()+") "+one("==", "!=")+" nil",
			"not (state.session("+session()+`) == nil or state.person(`+iin()+`).answers == "ignore")`, "len(state.session("+session()+").kind) == 7",
			"state.person("+iin()+").cases > "+fmt.Sprint(r.IntN(3)), "state.person("+iin()+`).answers in ["`+one("approve", "reject")+`", "x"]`,
			"state.loan("+contractOf()+").debt "+one("<", ">")+fmt.Sprint(" ", r.IntN(5)), "any([state.loan("+contractOf()+")], # == nil)",
			"state.loan("+contractOf()+").debt > 2 or state.demand("+demand()+").paid > 1",
			"state.demand("+demand()+`).status startsWith "`+one("В", "О", "П", "З")+`"`, "state.demand("+demand()+").amount > state.loan("+contractOf()+").debt",
			"state.excluded("+iin()+", "+contractOf()+")", "not state.excluded("+iin()+", "+contractOf()+`) and body.api_key == "k1"`,
			`body.api_key == "k2" and state.loan(`+contractOf()+") != nil", "state.person(body.iin).cases == 1 and state.demand("+demand()+") == nil",
			`state.count("kyc.address.approve") == 2`, "state.loan(state.demand("+demand()+").contract_number).overdue_days > 100",
		)
		all = append(all, fmt.Sprintf("{name: r%d, on: kyc.address.approve, when: '%s', %s}", i, when, one("probability: 0.02, do: timeout", "times: 1, do: 503", "per: api_key, over: 1/1h, do: 504")))
	}
	return "rules: [" + strings.Join(all, ", ") + "]\n"
}

// happens is something that changes the state, or nothing.
func (in *inState) happens(t *testing.T, r *rand.Rand) func(*store.Tx) {
	one := func(of ...string) string { return of[r.IntN(len(of))] }
	number := func(n int) string { return fmt.Sprint(r.IntN(n)) }
	contractOf := "KD000000000" + number(4)
	source := one(
		`{k2: {loans: [{contract_number: `+contractOf+`, iinbin: "`+one(zarina, arman)+`", debt: `+number(5)+`}]}}`,
		`{k2: {loans: [{contract_number: `+contractOf+`, iinbin: "`+zarina+`", debt: 3}], demands: [{code: PTPJ00000000000`+number(4)+`, contract_number: `+contractOf+`, amount: `+number(5)+`, status: `+one("Введен", "Отправлен", "Принята в картотеку банка", "Отозван")+`}]}}`,
		`{k2: {exclusions: [{iin: "`+one(zarina, arman)+`", dbz_num: `+contractOf+`, for_extreq: true, for_refuse: `+one("true", "false")+`, active: `+one("true", "false")+`, finish_dt: "2024-03-0`+fmt.Sprint(1+r.IntN(9))+`"}]}}`,
		`{subjects: [{iin: "`+one(zarina, arman)+`", cases: `+number(3)+`, answers: `+one("approve", "reject", "ignore")+`}]}`,
		"approve", "", "", "",
	)
	switch source {
	case "":
		return func(*store.Tx) {}
	case "approve":
		c := approve(t, one(zarina, arman))
		return func(tx *store.Tx) { _, _ = table().Perform(in.bind(c, tx), nil) }
	}
	return in.given(t, source)
}

// decidesAsIfForgetful answers how many requests rules have decided that look at the state.
func decidesAsIfForgetful(t *testing.T, seed uint64, ids []string) (decided int) {
	r := rand.New(rand.NewPCG(seed, 1))
	profiles := []map[string]string{nil, {"k2.withdrawal": "document", "k2.demand_step": "3h"}, {"kyc.answer_timeout": "1h"}}
	in := inStateOf(t, stateRules(r, ids, mostExplained+20+r.IntN(100)), profiles[seed%3])
	nothing := func(*store.Tx) {}
	for i := range 60 {
		for range r.IntN(2) {
			in.update(in.happens(t, r))
		}
		in.now = in.now.Add([]time.Duration{0, 0, time.Second, 50 * time.Minute, 5 * time.Hour, 200 * 24 * time.Hour}[r.IntN(6)*r.IntN(2)])
		if r.IntN(30) == 0 {
			in.now = in.now.In(time.FixedZone("", r.IntN(12)*3600))
		}
		if r.IntN(30) == 0 {
			profile, _ := table().Profile(profiles[r.IntN(3)])
			in.settings = in.settings.WithProfile(profile)
		}
		before, behind, ends := nothing, in.happens(t, r), error(nil)
		if r.IntN(5) == 0 {
			before = in.happens(t, r)
		}
		if r.IntN(5) == 0 {
			ends = errors.New("the transaction fails")
		}
		c := func() *contract.Call { return asked(t, zarina, fmt.Sprint("k", i%3)) }
		want := in.forgetful(t).decide(c(), before, nothing, ends)
		got := in.decide(c(), before, behind, ends)
		if diff := cmp.Diff(want.Why, got.Why); diff != "" || got.Rule != want.Rule || met(got) != met(want) {
			t.Fatalf("seed %d, request %d: %s decides, %s, want %s, %s (-want +got):\n%s", seed, i, got.Rule, met(got), want.Rule, met(want), diff)
		}
		if got.Rule != "" && len(got.Why) == mostExplained {
			decided++
		}
	}
	return decided
}

// TestWhatIsKnownDecidesAsWhatIsLookedAt: over commits, failed transactions, instants, zones and
// profiles, rules decide as if nothing were known of the state from one request to the next.
func TestWhatIsKnownDecidesAsWhatIsLookedAt(t *testing.T) {
	t.Parallel()
	ids, decided := sessions(t), 0
	for seed := range uint64(30) {
		decided += decidesAsIfForgetful(t, seed, ids)
	}
	if decided < 100 {
		t.Errorf("rules beyond those that are explained have decided %d times", decided)
	}
}

// FuzzKnown is that over other seeds.
func FuzzKnown(f *testing.F) {
	ids := sessions(f)
	f.Add(uint64(99))
	f.Fuzz(func(t *testing.T, seed uint64) { decidesAsIfForgetful(t, seed, ids) })
}

// rulesOfLoans are rules about a loan each, of which each decides once there is that loan.
func rulesOfLoans(count int) string {
	var rules strings.Builder
	for i := range count {
		fmt.Fprintf(&rules, `{name: "KD%05d", on: kyc.address.approve, when: 'state.loan("KD%05d") != nil', do: 503}, `, i, i)
	}
	return "rules: [" + rules.String() + "]\n"
}

// TestCommitsAreSeenByAllClients: 64 clients each state a loan, and the request that follows meets
// the first rule of those whose loan is there.
func TestCommitsAreSeenByAllClients(t *testing.T) {
	const clients, before = 64, mostExplained + 10
	in := inStateOf(t, rulesOfLoans(before+clients), nil)
	var all sync.WaitGroup
	var first sync.Mutex // with the store's transactions, so that it is known what is there
	least := before + clients
	for i := range clients {
		state := in.given(t, fmt.Sprintf(`{k2: {loans: [{contract_number: KD%05d, iinbin: "%s", debt: 1}]}}`, before+(i*37)%clients, zarina))
		all.Go(func() {
			for range 3 {
				first.Lock()
				in.update(state)
				least = min(least, before+(i*37)%clients)
				plan, want := in.Decide(in.bind(approve(t, zarina), nil)), fmt.Sprintf("KD%05d", least)
				first.Unlock()
				if plan.Rule != want {
					t.Errorf("%q decides, want %s", plan.Rule, want)
				}
			}
		})
	}
	all.Wait()
}

// TestWhatIsKnownEnds: a rule that isn't explained doesn't decide, and does once something has
// changed that isn't the state.
func TestWhatIsKnownEnds(t *testing.T) {
	session := sessions(t)[0]
	later := func(by time.Duration) func(*inState) { return func(in *inState) { in.now = in.now.Add(by) } }
	profile := func(key, value string) func(*inState) {
		return func(in *inState) {
			p, err := table().Profile(map[string]string{key: value})
			if err != nil {
				t.Fatal(err)
			}
			in.settings = in.settings.WithProfile(p)
		}
	}
	const demand = `k2: {loans: [{contract_number: KD1, iinbin: "` + zarina + `", debt: 3}], demands: [{code: PTPJ1, contract_number: KD1, amount: 3}]}`
	const excluded = `k2: {loans: [{contract_number: KD1, iinbin: "` + zarina + `", debt: 3}], exclusions: [{iin: "` + zarina + `", dbz_num: KD1, finish_dt: "2024-03-01"}]}`
	for _, test := range []struct {
		name, given, when string
		ends              func(*inState)
	}{
		{"a session is confirmed", "", `state.session("` + session + `").status == "VALID"`, later(3 * time.Minute)},
		{"a session expires", "", `state.session("` + session + `").status == "EXPIRED"`, later(48 * time.Hour)},
		{"a demand moves on", demand, `state.demand("PTPJ1").status != "Введен"`, later(time.Hour)},
		{"a demand stands for a year", demand, `state.demand("PTPJ1").status == "Отозван"`, func(in *inState) {
			in.now = noon.Add(364*24*time.Hour + time.Minute)
			in.Decide(in.bind(approve(t, zarina), nil))
			in.now = in.now.Add(72 * time.Hour)
		}},
		{"an exclusion ends", excluded, `not state.excluded("` + zarina + `", "KD1")`, later(12 * time.Hour)},
		{"its day ends in another zone", excluded, `not state.excluded("` + zarina + `", "KD1")`, func(in *inState) { in.now = in.now.In(time.FixedZone("", 18*3600)) }},
		{"a case is begun against someone who is of age now", "", `state.person("060205500123").cases > 0`, later(31 * 24 * time.Hour)},
		{"a demand moves on by another profile", demand, `state.demand("PTPJ1").status != "Введен"`, profile("k2.demand_step", "0s")},
		{"an answer is counted", "", `state.count("kyc.address.approve") > 0`, func(in *inState) { in.answer(approve(t, zarina), "valid") }},
		{"another thing is asked for", "", `state.session(body.api_key) != nil`, func(in *inState) {}},
	} {
		var others strings.Builder
		for i := range mostExplained {
			fmt.Fprintf(&others, "{on: kyc.address.approve, for: {iin: %012d}, do: 504}, ", i)
		}
		in := inStateOf(t, "rules: ["+others.String()+"{on: kyc.address.approve, when: '"+test.when+"', do: 503}]\n", map[string]string{"k2.demand_step": "1h"})
		in.update(in.given(t, "{"+test.given+"}"))
		in.update(func(tx *store.Tx) { _, _ = table().Perform(in.bind(approve(t, zarina), tx), nil) })
		nothing := func(*store.Tx) {}
		if got := met(in.decide(asked(t, zarina, "k"), nothing, nothing, nil)); got != "nothing" {
			t.Errorf("%s: before that %s", test.name, got)
		}
		test.ends(in)
		if got := met(in.decide(asked(t, zarina, session), nothing, nothing, nil)); got != "reply 503" {
			t.Errorf("%s: after that %s", test.name, got)
		}
	}
}
