package kyc_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/kyc"
	"github.com/kzsim/kzsim/internal/population"
	"github.com/kzsim/kzsim/schemas"
)

// A step of a story about one address request: time passes, something is done,
// the request is repeated and answers an outcome.
type step struct {
	wait time.Duration
	do   func(*testing.T, *bench)
	by   string // an outcome that is asked for by name
	want string
	anew bool // the session is another than the step's before
}

func answerWith(with string) func(*testing.T, *bench) {
	return func(t *testing.T, b *bench) {
		b.Update(func(c *contract.Call) error { return kyc.AnswerSubject(c, citizen, with) })
	}
}

func fetchIt(want string) func(*testing.T, *bench) {
	return func(t *testing.T, b *bench) {
		session := field(t, b.approve(anyKey, citizen, ""), "backend_session_id")
		expect(t, b.fetch(session, anyKey, citizen, ""), want)
	}
}

func TestAddressStories(t *testing.T) {
	const s = time.Second
	ignores := `{"iin": "901123300258", "answers": "ignore"}`
	for name, tc := range map[string]struct {
		subject string
		steps   []step
	}{
		"approves after five seconds": {"", []step{
			{want: "pending"}, {wait: 4 * s, want: "pending"}, {wait: s, want: "valid"}, {wait: 4 * time.Minute, want: "valid"},
		}},
		"fetched, then asked anew": {"", []step{
			{want: "pending"}, {wait: 5 * s, want: "valid"},
			{do: fetchIt("found"), want: "pending", anew: true}, {wait: 5 * s, want: "valid"},
		}},
		"expired, then asked anew": {"", []step{
			{want: "pending"}, {wait: 5 * s, want: "valid"}, {wait: 5*time.Minute - s, want: "valid"},
			{wait: s, want: "pending", anew: true},
		}},
		"expired unseen": {"", []step{{want: "pending"}, {wait: time.Hour, want: "pending", anew: true}}},
		"rejects": {`{"iin": "901123300258", "answers": "reject", "after": "30s"}`, []step{
			{want: "pending"}, {wait: 30 * s, want: "invalid"}, {want: "pending", anew: true},
		}},
		"rejection is told however late": {`{"iin": "901123300258", "answers": "reject"}`, []step{
			{want: "pending"}, {wait: 24 * time.Hour, want: "invalid"}, {want: "pending", anew: true},
		}},
		"ignores": {ignores, []step{
			{want: "pending"}, {wait: 119 * s, want: "pending"}, {wait: s, want: "timeout"}, {want: "pending", anew: true},
		}},
		"answers at the last moment": {`{"iin": "901123300258", "after": "120s"}`, []step{
			{want: "pending"}, {wait: 120 * s, want: "valid"},
		}},
		"answers too late": {`{"iin": "901123300258", "after": "121s"}`, []step{
			{want: "pending"}, {wait: time.Hour, want: "timeout"},
		}},
		"approves at once": {`{"iin": "901123300258", "after": "0s"}`, []step{{want: "valid"}, {want: "valid"}}},
		"no data": {`{"iin": "901123300258", "address": false}`, []step{
			{want: "not-found"}, {want: "not-found", anew: true},
		}},
		"not registered": {`{"iin": "901123300258", "registered": false}`, []step{{want: "not-found"}}},
		"is told to approve": {ignores, []step{
			{want: "pending"}, {do: answerWith("approve"), want: "valid"},
		}},
		"is told to reject": {"", []step{
			{want: "pending"}, {do: answerWith("reject"), want: "invalid"},
		}},

		// What is asked for by name keeps to the session where that is possible.
		"pending, pending, valid on a frozen clock": {"", []step{
			{by: "pending", want: "pending"}, {by: "pending", want: "pending"}, {by: "valid", want: "valid"}, {want: "valid"},
		}},
		"pending though the answer was due": {"", []step{
			{want: "pending"}, {wait: time.Minute, by: "pending", want: "pending"}, {wait: 4 * s, want: "pending"}, {wait: s, want: "valid"},
		}},
		"pending though the time was over": {ignores, []step{
			{want: "pending"}, {wait: time.Hour, by: "pending", want: "pending"}, {wait: 119 * s, want: "pending"}, {wait: s, want: "timeout"},
		}},
		"pending though somebody approved": {ignores, []step{
			{want: "pending"}, {do: answerWith("approve"), by: "pending", want: "pending"}, {wait: 5 * s, want: "valid"},
		}},
		"valid though the time was over": {ignores, []step{
			{want: "pending"}, {wait: time.Hour, by: "valid", want: "valid"},
		}},
		"valid twice": {"", []step{{by: "valid", want: "valid"}, {wait: time.Minute, by: "valid", want: "valid"}}},
		"valid after expiry": {"", []step{
			{by: "valid", want: "valid"}, {wait: time.Hour, by: "valid", want: "valid", anew: true},
		}},
		"pending after valid is another request": {"", []step{
			{by: "valid", want: "valid"}, {by: "pending", want: "pending", anew: true},
		}},
		"invalid after valid is another request": {"", []step{
			{by: "valid", want: "valid"}, {by: "invalid", want: "invalid", anew: true},
		}},
		"timeout, then by itself": {"", []step{
			{by: "timeout", want: "timeout"}, {want: "pending", anew: true},
		}},
		"not-found, then by itself": {"", []step{
			{want: "pending"}, {by: "not-found", want: "not-found"}, {want: "pending", anew: true},
		}},
	} {
		t.Run(name, func(t *testing.T) { tell(t, tc.subject, tc.steps) })
	}
}

func tell(t *testing.T, subject string, steps []step) {
	t.Helper()
	b := newBench(t)
	if subject != "" {
		b.give("subjects", subject)
	}
	session := ""
	for i, step := range steps {
		b.pass(step.wait)
		if step.do != nil {
			step.do(t, &b)
		}
		got := b.approve(anyKey, citizen, step.by)
		if got.Outcome != step.want {
			t.Fatalf("step %d answered %s %s, want %s", i, got.Outcome, got.Body, step.want)
		}
		id := field(t, got, "backend_session_id")
		if i > 0 && (id != session) != step.anew {
			t.Errorf("step %d: session %s after %s, another one: want %t", i, id, session, step.anew)
		}
		session = id
	}
}

// The answers are the sample's to the byte, but for session and date.
func TestAddressStatusesAsInTheSamples(t *testing.T) {
	for _, outcome := range []string{"pending", "valid", "invalid", "timeout"} {
		b := newBench(t)
		got := b.approve(anyKey, citizen, outcome)
		text, err := schemas.FS.ReadFile("samples/kyc/address_approve.response." + outcome + ".json")
		if err != nil {
			t.Fatal(err)
		}
		var sample struct {
			Status string `json:"status"`
		}
		decode(t, string(text), &sample)
		same(t, keysOf(got.Body), keysOf(string(text)))
		expires := "null"
		if outcome == "valid" {
			expires = `"2024-03-01T04:05:00Z"` // 09:00 in Astana and five minutes
		}
		same(t, got.Body, fmt.Sprintf(`{"backend_session_id":%q,"status":%q,"expire_date":%s}`,
			field(t, got, "backend_session_id"), sample.Status, expires))
	}
	b := newBench(t)
	same(t, field(t, b.approve(anyKey, citizen, "not-found"), "status"), "NOT_FOUND")
}

func TestAddressDurations(t *testing.T) {
	b := newBench(t)
	b.Set("kyc.answer_timeout", "3s", "kyc.token_life", "10s")
	expect(t, b.approve(anyKey, citizen, ""), "pending")
	b.pass(3 * time.Second)
	expect(t, b.approve(anyKey, citizen, ""), "timeout")
	session := field(t, b.approve(anyKey, citizen, "valid"), "backend_session_id")
	b.pass(10 * time.Second)
	expect(t, b.fetch(session, anyKey, citizen, ""), "token-expired")
}

// Sessions are per API key and subject.
func TestAddressSessionsDontMix(t *testing.T) {
	b := newBench(t)
	seen := map[string]string{}
	for _, who := range [][2]string{{anyKey, citizen}, {anyKey, another}, {"second", citizen}, {"a/b", "c"}, {"b", "c/a"}} {
		id := field(t, b.approve(who[0], who[1], ""), "backend_session_id")
		if other, taken := seen[id]; taken {
			t.Errorf("%v has the session of %s", who, other)
		}
		seen[id] = fmt.Sprint(who)
	}
}

// Unrelated traffic shifts neither ids nor codes.
func TestAddressIsPredictable(t *testing.T) {
	quiet, busy := newBench(t), newBench(t)
	busy.approve("other", citizen, "valid")
	busy.approve(anyKey, another, "")
	busy.granted("passport")
	for range 3 {
		same(t, busy.approve(anyKey, citizen, "invalid").Body, quiet.approve(anyKey, citizen, "invalid").Body)
	}
	phone := quiet.phoneOf(citizen)
	mine := map[string]bool{}
	for _, m := range busy.messages(phone) {
		mine[m.Session+m.Code] = true
	}
	for _, m := range quiet.messages(phone) {
		if !mine[m.Session+m.Code] {
			t.Errorf("the message %+v shifted", m)
		}
	}
}

func TestHold(t *testing.T) {
	b := newBench(t)
	b.Set("kyc.address_wait", "hold", "kyc.answer_timeout", "1m")
	held := b.approve(anyKey, citizen, "")
	expect(t, held, "pending")
	same(t, held.Again.Equal(b.Now.Add(5*time.Second)), true)
	b.Now = held.Again
	told := b.approve(anyKey, citizen, "")
	expect(t, told, "valid")
	same(t, told.Again.IsZero(), true)

	b.give("subjects", `{"iin": "`+another+`", "answers": "ignore"}`)
	held = b.approve(anyKey, another, "")
	same(t, held.Again.Equal(b.Now.Add(time.Minute)), true)
	b.Now = held.Again
	expect(t, b.approve(anyKey, another, ""), "timeout")

	same(t, b.approve(anyKey, another, "pending").Again.IsZero(), true)
	b.Set("kyc.address_wait", "poll")
	same(t, b.approve(anyKey, another, "").Again.IsZero(), true)
}

// The few who are not ordinary are so by themselves.
func TestUnusualPeople(t *testing.T) {
	for quirk, want := range map[population.Quirk]string{
		population.NoAddress: "not-found", population.NotRegistered: "not-found",
		population.Rejects: "invalid", population.Ignores: "timeout", population.Ordinary: "valid",
	} {
		iin := quirky(t, func(p population.Person) bool { return p.Quirk == quirk })
		b := newBench(t)
		got := b.approve(anyKey, iin, "")
		if got.Outcome == "pending" {
			b.pass(2 * time.Minute)
			got = b.approve(anyKey, iin, "")
		}
		expect(t, got, want)
	}
}

func TestNobodysAddress(t *testing.T) {
	b := newBench(t)
	for iin, want := range map[string][]int{"12": {69}, "": {69}, "940140000385": {69}} {
		got := b.approve(anyKey, iin, "")
		expect(t, got, "not-found")
		same(t, ledgers(got), want)
	}
}
