package kyc_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/contract/calltest"
	"github.com/kzsim/kzsim/internal/kyc"
	"github.com/kzsim/kzsim/internal/population"
	"github.com/kzsim/kzsim/internal/store"
	"github.com/kzsim/kzsim/internal/world"
)

const (
	execProc        = "kyc.info.exec_proc"
	addressApprove  = "kyc.address.approve"
	addressGet      = "kyc.address.get"
	documentRequest = "kyc.edocument.request"
	documentApprove = "kyc.edocument.approve"
)

const (
	citizen = "901123300258" // ordinary under every seed
	another = "990615400064" // ordinary, too
	anyKey  = "Efy202XKbVAWRu-an-organization-key-of-the-real-length"
	myPhone = "77011234567"
)

// bench is a calltest.Bench with KYC's requests in one call each.
type bench struct {
	*calltest.Bench
	t     testing.TB
	start time.Time
}

func newBench(t testing.TB) bench {
	t.Helper()
	made := calltest.New(t, kyc.Service())
	return bench{Bench: made, t: t, start: made.Now}
}

// reset takes the bench back to where it began.
func (b *bench) reset() {
	b.Empty()
	b.Now, b.Profile = b.start, contract.Profile{}
}

func (b *bench) pass(d time.Duration) { b.Now = b.Now.Add(d) }

func body(t testing.TB, fields map[string]any) string {
	t.Helper()
	raw, err := json.Marshal(fields)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func (b *bench) proceedings(key, iin string) calltest.Answer {
	b.t.Helper()
	return b.Ask(execProc, body(b.t, map[string]any{"api_key": key, "iin": iin}))
}

func (b *bench) approve(key, iin, want string) calltest.Answer {
	b.t.Helper()
	return b.Do(calltest.Request{
		Operation: addressApprove, Want: want,
		Body: body(b.t, map[string]any{"api_key": key, "iin": iin}),
	})
}

func (b *bench) fetch(session, key, iin, want string) calltest.Answer {
	b.t.Helper()
	return b.Do(calltest.Request{
		Operation: addressGet, Want: want,
		Body: body(b.t, map[string]any{"backend_session_id": session, "iin": iin, "api_key": key}),
	})
}

func (b *bench) request(documentType, iin, phone, want string) calltest.Answer {
	b.t.Helper()
	return b.Do(calltest.Request{
		Operation: documentRequest, Want: want, Path: map[string]string{"document_type": documentType},
		Body: body(b.t, map[string]any{"api_key": anyKey, "iin": iin, "phone": phone}),
	})
}

func (b *bench) confirm(fields map[string]any, want string) calltest.Answer {
	b.t.Helper()
	return b.Do(calltest.Request{Operation: documentApprove, Want: want, Body: body(b.t, fields)})
}

// granted requests a document and answers the fields of the approval that gets it.
func (b *bench) granted(documentType string) map[string]any {
	b.t.Helper()
	answer := b.request(documentType, citizen, myPhone, "")
	expect(b.t, answer, "requested")
	session := field(b.t, answer, "backend_session_id")
	last := b.messages(myPhone)
	if len(last) == 0 || last[len(last)-1].Session != session {
		b.t.Fatalf("no message for the session %s on %s: %v", session, myPhone, last)
	}
	return map[string]any{
		"backend_session_id": session, "code": last[len(last)-1].Code, "file": false, "file_type": "pdf",
	}
}

func (b *bench) messages(phone string) (found []kyc.Message) {
	b.t.Helper()
	b.Update(func(c *contract.Call) error {
		found = kyc.Messages(c, phone)
		return nil
	})
	return found
}

// phoneOf is where the state knows a person.
func (b *bench) phoneOf(iin string) (phone string) {
	b.t.Helper()
	b.Update(func(c *contract.Call) error {
		phone = world.Of(c).Person(iin).Phone
		return nil
	})
	return phone
}

// give applies an item of a scenario's `given`, as its schema lets it through.
func (b *bench) give(fixture, item string) {
	b.t.Helper()
	if err := b.tryToGive(fixture, item); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) tryToGive(fixture, item string) error {
	b.t.Helper()
	value, err := contract.ParseBody([]byte(item))
	if err != nil {
		b.t.Fatal(err)
	}
	for _, f := range kyc.Service().Fixtures {
		if f.Name != fixture {
			continue
		}
		if problems := b.Table.Schemas.Check(f.Schema, value); len(problems) > 0 {
			return problems[0]
		}
		return b.Store.Update(func(tx *store.Tx) error {
			return f.Apply(&contract.Call{Now: b.Now, Seed: 1, Profile: b.Profile, Tx: tx}, value)
		})
	}
	b.t.Fatalf("no fixture %s", fixture)
	return nil
}

func expect(t testing.TB, got calltest.Answer, outcome string) {
	t.Helper()
	if got.Outcome != outcome {
		t.Fatalf("answered %s %s, want %s; findings %v", got.Outcome, got.Body, outcome, got.Findings)
	}
}

func field(t testing.TB, a calltest.Answer, name string) string {
	t.Helper()
	object, _ := a.JSON(t).(map[string]any)
	text, ok := object[name].(string)
	if !ok {
		t.Fatalf("no text %q in %s", name, a.Body)
	}
	return text
}

func same(t testing.TB, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func ledgers(a calltest.Answer) []int {
	var all []int
	for _, f := range a.Findings {
		all = append(all, f.Ledger)
	}
	return all
}

// quirky is somebody of the population whom a condition holds for.
func quirky(t testing.TB, is func(population.Person) bool) string {
	t.Helper()
	people := population.New(1)
	for i := range 20000 {
		iin := people.IINOf(string(rune('a'+i%26)) + time.Duration(i).String())
		if is(people.Person(iin)) {
			return iin
		}
	}
	t.Fatal("nobody is like that")
	return ""
}

func decode(t testing.TB, text string, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), into); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
}
