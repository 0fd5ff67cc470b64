package contract_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/contract"
)

var session = contract.Machine{
	Name: "session", Initial: "pending",
	Transitions: []contract.Transition{
		{From: []string{"pending"}, Event: "answer", To: "valid", When: "the person agrees", Guard: func(thing any) bool { return thing == "yes" }},
		{From: []string{"pending"}, Event: "answer", To: "invalid", Guard: func(thing any) bool { return thing == "no" }},
		{From: []string{"pending", "valid"}, Event: "expire", To: "timeout"},
		{From: []string{"valid"}, Event: "fetch", To: "fetched"},
		{From: []string{"fetched"}, Event: "fetch", To: "fetched"},
	},
}

func TestFire(t *testing.T) {
	for _, test := range []struct {
		from, event string
		thing       any
		want        string // empty for none
		can         bool
	}{
		{"pending", "answer", "yes", "valid", true},
		{"pending", "answer", "no", "invalid", true},
		{"pending", "answer", "maybe", "", true},
		{"pending", "expire", nil, "timeout", true},
		{"valid", "expire", nil, "timeout", true},
		{"invalid", "expire", nil, "", false},
		{"valid", "answer", "yes", "", false},
		{"fetched", "fetch", nil, "fetched", true},
		{"pending", "fetch", nil, "", false},
		{"pending", "sing", nil, "", false},
		{"lost", "expire", nil, "", false},
		{"", "", nil, "", false},
	} {
		t.Run(test.from+" "+test.event, func(t *testing.T) {
			var c contract.Call
			to, err := session.Fire(&c, "key", test.from, test.event, test.thing)
			if can := session.Can(test.from, test.event); can != test.can {
				t.Errorf("Can: %v", can)
			}
			if test.want == "" {
				var impossible contract.Impossible
				want := contract.Impossible{Machine: "session", State: test.from, Event: test.event}
				if !errors.As(err, &impossible) || impossible != want || to != test.from || c.Taken() != nil {
					t.Errorf("%q, %v, taken %v; want to stay, with %v", to, err, c.Taken(), want)
				}
				return
			}
			want := []contract.Taken{{Machine: "session", Key: "key", From: test.from, Event: test.event, To: test.want}}
			if diff := cmp.Diff(want, c.Taken()); diff != "" || to != test.want || err != nil {
				t.Errorf("%q, %v; taken (-want +got):\n%s", to, err, diff)
			}
		})
	}
}

func TestTakenKeepsTheOrder(t *testing.T) {
	var c contract.Call
	for _, event := range []string{"answer", "fetch", "fetch"} {
		from := "pending"
		if taken := c.Taken(); len(taken) > 0 {
			from = taken[len(taken)-1].To
		}
		if _, err := session.Fire(&c, "key", from, event, "yes"); err != nil {
			t.Fatal(err)
		}
	}
	var to []string
	for _, taken := range c.Taken() {
		to = append(to, taken.To)
	}
	if diff := cmp.Diff([]string{"valid", "fetched", "fetched"}, to); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestStates(t *testing.T) {
	if diff := cmp.Diff([]string{"pending", "valid", "invalid", "timeout", "fetched"}, session.States()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	lonely := contract.Machine{Initial: "only"}
	if diff := cmp.Diff([]string{"only"}, lonely.States()); diff != "" {
		t.Errorf("without transitions (-want +got):\n%s", diff)
	}
}
