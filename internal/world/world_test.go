package world_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/population"
	"github.com/kzsim/kzsim/internal/store"
	"github.com/kzsim/kzsim/internal/world"
)

const (
	seed = 1
	iin  = "901123300258" // an ordinary person of seed 1
	bin  = "940140000385"
)

var people = population.New(seed)

// in runs fn over the world of a store, and keeps what it does.
func in(t *testing.T, s *store.Store, fn func(world.World)) {
	t.Helper()
	err := s.Update(func(tx *store.Tx) error {
		fn(world.Of(&contract.Call{Tx: tx, Seed: seed}))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func newStore() *store.Store { return store.New(world.Collections()...) }

func ptr[T any](v T) *T { return &v }

func same(t *testing.T, what string, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func TestAPersonIsThePopulationsUntilSomethingIsSaid(t *testing.T) {
	in(t, newStore(), func(w world.World) {
		same(t, "subject", world.Subject{IIN: iin}, w.Subject(iin))
		same(t, "person", people.Person(iin), w.Person(iin))
		same(t, "cases", people.Cases(iin), w.Cases(iin))
		for _, documentType := range []string{"identity_card", "hunter", "lease"} {
			want, owned := people.Document(iin, documentType)
			got, ok := w.Document(iin, documentType)
			same(t, documentType, want, got)
			same(t, "owns "+documentType, owned, ok)
		}
	})
}

func TestWhatIsSaidOfAPerson(t *testing.T) {
	for _, test := range []struct {
		name    string
		subject world.Subject
		change  func(*population.Person)
	}{
		{"phone", world.Subject{Phone: ptr("77000000000")}, func(p *population.Person) { p.Phone = "77000000000" }},
		{"not registered", world.Subject{Registered: ptr(false)}, func(p *population.Person) { p.Registered1414 = false }},
		{"no address", world.Subject{Address: ptr(false)}, func(p *population.Person) { p.HasAddressData = false }},
		{"answers", world.Subject{Answers: ptr(population.Reject)}, func(p *population.Person) { p.Answers = population.Reject }},
		{"at once", world.Subject{After: ptr(time.Duration(0))}, func(p *population.Person) { p.AnswerAfter = 0 }},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newStore()
			test.subject.IIN = iin
			in(t, s, func(w world.World) { w.PutSubject(test.subject) })
			in(t, s, func(w world.World) {
				want := people.Person(iin)
				test.change(&want)
				same(t, "person", want, w.Person(iin))
				same(t, "another person", people.Person("830717350867"), w.Person("830717350867"))
			})
		})
	}
}

func TestDocumentsAndCasesThatAreSaid(t *testing.T) {
	owned := func(documents []string) (types []string) {
		in(t, newStore(), func(w world.World) {
			w.PutSubject(world.Subject{IIN: iin, Documents: documents})
			for _, documentType := range []string{"identity_card", "passport", "lbg_card", "lease"} {
				if d, ok := w.Document(iin, documentType); ok {
					types = append(types, d.Type)
				}
			}
		})
		return types
	}
	var usual []string
	for _, documentType := range []string{"identity_card", "passport", "lbg_card", "lease"} {
		if _, ok := people.Document(iin, documentType); ok {
			usual = append(usual, documentType)
		}
	}
	same(t, "as the population says", usual, owned(nil))
	same(t, "none", []string(nil), owned([]string{}))
	same(t, "an unusual one", []string{"lbg_card"}, owned([]string{"lbg_card"}))
	same(t, "no document at all", []string(nil), owned([]string{"lease"}))
	for _, count := range []int{0, 1, 3} {
		in(t, newStore(), func(w world.World) {
			w.PutSubject(world.Subject{IIN: iin, Cases: &count})
			same(t, "cases", people.NCases(iin, count), w.Cases(iin))
			same(t, "their count", count, len(w.Cases(iin)))
		})
	}
}

// Values that go into the state share nothing with those that were given or that
// come out.
func TestWhatIsStoredIsACopy(t *testing.T) {
	s := newStore()
	values := func() (world.Subject, world.Incoming) {
		return world.Subject{
			IIN: iin, Phone: ptr("1"), Registered: ptr(true), Address: ptr(true), Answers: ptr(population.Approve),
			After: ptr(time.Second), Cases: ptr(1), Documents: []string{"passport"},
		}, world.Incoming{Reference: "PTP1", Document: map[string]json.RawMessage{"sum": json.RawMessage("1")}}
	}
	spoil := func(s world.Subject, i world.Incoming) {
		*s.Phone, *s.Registered, *s.Address, *s.Answers = "2", false, false, population.Reject
		*s.After, *s.Cases, s.Documents[0] = 0, 2, "lbg_card"
		i.Document["sum"][0] = '2'
		i.Document["more"] = nil
	}
	wantSubject, wantDemand := values()
	in(t, s, func(w world.World) {
		subject, demand := values()
		w.PutSubject(subject)
		w.PutIncoming(demand)
		spoil(subject, demand)
	})
	for range 2 {
		in(t, s, func(w world.World) {
			i, _ := w.Incoming("PTP1")
			same(t, "subject", wantSubject, w.Subject(iin))
			same(t, "demand", wantDemand, i)
			spoil(w.Subject(iin), i)
		})
	}
}

func TestIncomingDemands(t *testing.T) {
	s := newStore()
	in(t, s, func(w world.World) {
		for _, reference := range []string{"PTP2", "PTP1", "PTP10"} {
			w.PutIncoming(world.Incoming{Reference: reference, ABS: "registered"})
		}
		w.PutIncoming(world.Incoming{Reference: "PTP1", ABS: "refused", Reason: "01"})
	})
	in(t, s, func(w world.World) {
		i, ok := w.Incoming("PTP1")
		same(t, "PTP1", world.Incoming{Reference: "PTP1", ABS: "refused", Reason: "01"}, i)
		same(t, "it is there", true, ok)
		_, ok = w.Incoming("PTP3")
		same(t, "PTP3 is there", false, ok)
	})
}

func TestReasons(t *testing.T) {
	all := world.Reasons()
	var codes []string
	for _, r := range all {
		if !world.KnownReason(r.Code) || r.About == "" || slices.Contains(codes, r.Code) {
			t.Errorf("%+v is not known, or says nothing, or is there twice", r)
		}
		codes = append(codes, r.Code)
	}
	same(t, "in the order of codes", slices.Sorted(slices.Values(codes)), codes)
	for _, code := range []string{"", "1", "001", "01_2", "13", "01 "} {
		if world.KnownReason(code) {
			t.Errorf("%q is known", code)
		}
	}
	all[0].Code = "13"
	if world.KnownReason("13") {
		t.Error("the list can be changed from outside")
	}
}

// Everything that the world keeps can go into a snapshot and come back.
func TestASnapshotBringsTheWorldBack(t *testing.T) {
	s := newStore()
	in(t, s, func(w world.World) {
		w.PutSubject(world.Subject{IIN: iin, Phone: ptr("77000000000"), After: ptr(time.Minute), Documents: []string{}})
		w.PutSubject(world.Subject{IIN: "830717350867", Registered: ptr(false), Cases: ptr(0)})
		w.PutLoan(loan("KD1", func(l *world.Loan) { l.Loaded, l.DbzDate = true, day }))
		w.PutIncoming(world.Incoming{Reference: "PTP1", Document: map[string]json.RawMessage{"sum": json.RawMessage(`"<1>"`)}, At: day})
		w.PutIncoming(world.Incoming{Reference: "PTP2"})
	})
	snapshot, err := s.Image().Encode()
	if err != nil {
		t.Fatal(err)
	}
	again, err := store.NewSchema(world.Collections()...).Restore(snapshot)
	if err != nil {
		t.Fatal(err)
	}
	second, err := again.Image().Encode()
	if err != nil {
		t.Fatal(err)
	}
	same(t, "the snapshot of what was restored", snapshot, second)
	in(t, again, func(w world.World) {
		same(t, "documents", world.Subject{
			IIN: iin, Phone: ptr("77000000000"), After: ptr(time.Minute), Documents: []string{},
		}, w.Subject(iin))
		l, ok := w.LoanByIBAN("KZ-KD1")
		same(t, "loan", loan("KD1", func(l *world.Loan) { l.Loaded, l.DbzDate = true, day }), l)
		same(t, "it is there", true, ok)
	})
}
