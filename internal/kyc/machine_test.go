package kyc_test

import (
	"errors"
	"testing"
	"time"

	"github.com/kzsim/kzsim/internal/chance"
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/kyc"
)

func TestMachines(t *testing.T) {
	type transition struct{ from, event, to string }
	possible := map[string][]transition{
		"kyc.address-session": {
			{"PENDING", "approve", "VALID"}, {"PENDING", "reject", "INVALID"}, {"PENDING", "timeout", "TIMEOUT"},
			{"PENDING", "no-data", "NOT_FOUND"}, {"VALID", "fetch", "FETCHED"}, {"VALID", "expire", "EXPIRED"},
		},
		"kyc.edocument-session": {
			{"REQUESTED", "deliver", "RECEIVED"}, {"REQUESTED", "fail", "FAILED"}, {"REQUESTED", "expire", "EXPIRED"},
		},
	}
	for _, machine := range kyc.Service().Machines {
		want := possible[machine.Name]
		for _, state := range machine.States() {
			for _, event := range want {
				to, err := machine.Fire(&contract.Call{}, "key", state, event.event, nil)
				if state == event.from {
					same(t, []any{to, err}, []any{event.to, nil})
					continue
				}
				var impossible contract.Impossible
				if !errors.As(err, &impossible) || to != state {
					t.Errorf("%s: from %s by %s to %s, error %v", machine.Name, state, event.event, to, err)
				}
			}
		}
		same(t, len(machine.Transitions), len(want))
		delete(possible, machine.Name)
	}
	same(t, len(possible), 0)
}

// Every transition is taken in the course of ordinary requests.
func TestTransitionsAreTaken(t *testing.T) {
	b := newBench(t)
	var taken []contract.Taken
	note := func(all []contract.Taken) {
		for _, one := range all {
			one.Key = ""
			taken = append(taken, one)
		}
	}
	session := field(t, b.approve(anyKey, citizen, ""), "backend_session_id")
	b.pass(5 * time.Second)
	note(b.approve(anyKey, citizen, "").Taken)
	note(b.fetch(session, anyKey, citizen, "").Taken)
	fields := b.granted("passport")
	note(b.confirm(fields, "").Taken)
	fields = b.granted("passport")
	b.pass(time.Hour)
	note(b.confirm(fields, "").Taken)
	same(t, taken, []contract.Taken{
		{Machine: "kyc.address-session", From: "PENDING", Event: "approve", To: "VALID"},
		{Machine: "kyc.address-session", From: "VALID", Event: "fetch", To: "FETCHED"},
		{Machine: "kyc.edocument-session", From: "REQUESTED", Event: "deliver", To: "RECEIVED"},
		{Machine: "kyc.edocument-session", From: "REQUESTED", Event: "expire", To: "EXPIRED"},
	})
}

// Whatever is asked in whatever order: a session that has been told to have ended
// never says anything else, and an address is had once.
func TestAddressSessionsNeverGoBack(t *testing.T) {
	const draws = 400
	for seed := range chance.Seed(8) {
		b := newBench(t)
		b.Set("kyc.token_life", "20s", "kyc.answer_timeout", "15s")
		told, fetched := map[string]string{}, map[string]bool{}
		session := "none"
		for n := range draws {
			b.pass(time.Duration(seed.Intn(7, "wait", "", n)) * time.Second)
			iin := []string{citizen, another}[seed.Intn(2, "who", "", n)]
			switch seed.Intn(8, "what", "", n) {
			case 0:
				_ = b.try(func(c *contract.Call) error { return kyc.AnswerSubject(c, iin, "reject") })
			case 1:
				_ = b.reply(b.phoneOf(iin), "000000")
			case 2:
				b.approve(anyKey, iin, []string{"pending", "valid", "invalid", "timeout", "not-found"}[seed.Intn(5, "by", "", n)])
			case 3, 4:
				if b.fetch(session, anyKey, iin, "").Outcome != "found" {
					break
				}
				if fetched[session] {
					t.Fatalf("seed %d, step %d: %s was fetched twice", seed, n, session)
				}
				fetched[session] = true
			default:
				got := b.approve(anyKey, iin, "")
				session = field(t, got, "backend_session_id")
				before := told[session]
				if before != "" && before != "pending" && before != got.Outcome || fetched[session] {
					t.Fatalf("seed %d, step %d: %s is %s after %s, fetched %t", seed, n, session, got.Outcome, before, fetched[session])
				}
				told[session] = got.Outcome
			}
		}
		if len(fetched) == 0 || len(told) < 10 {
			t.Errorf("seed %d: %d sessions, %d fetched: nothing was tested", seed, len(told), len(fetched))
		}
	}
}
