package delivery_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/delivery"
	"github.com/kzsim/kzsim/internal/simulator"
)

// TestLongAnswers: an answer of 64 KiB is read, a longer one is none. The first 2 KiB
// are remembered.
func TestLongAnswers(t *testing.T) {
	const most, shown = 65536, 2048
	for _, test := range []struct {
		size  int
		state delivery.State
		says  string
	}{
		{shown - 1, delivery.Delivered, ""},
		{shown, delivery.Delivered, ""},
		{shown + 1, delivery.Delivered, ""},
		{most, delivery.Delivered, ""},
		{most + 1, delivery.Waiting, "the answer is longer than 65536 bytes"},
	} {
		answer := taken + strings.Repeat(" ", test.size-len(taken))
		b := newBank(t, answering(200, answer), nil)
		b.exclude(citizen)
		d := b.deliveries()[0]
		if d.State != test.state || d.Attempts[0].Error != test.says {
			t.Errorf("%d bytes: %s, %q, want %s, %q", test.size, d.State, d.Attempts[0].Error, test.state, test.says)
		}
		if want, got := answer[:min(test.size, shown)], d.Attempts[0].Answer; got != want {
			t.Errorf("%d bytes: %d are remembered, want the first %d", test.size, len(got), len(want))
		}
	}
}

// TestNextTry: only a delivery that waits has an instant of its next try.
func TestNextTry(t *testing.T) {
	var up atomic.Bool
	b := newBank(t, func(w http.ResponseWriter, r *http.Request) {
		if !up.Load() {
			answering(503, "")(w, r)
			return
		}
		answering(200, taken)(w, r)
	}, nil)
	next := func() (all []string) {
		for _, d := range b.deliveries() {
			text := string(d.State)
			if !d.Next.IsZero() {
				text += " until " + d.Next.Format("15:04:05")
			}
			all = append(all, text)
		}
		return all
	}
	expectNext := func(want ...string) {
		t.Helper()
		if diff := cmp.Diff(want, next()); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	}
	b.exclude(citizen)
	expectNext("waiting until 09:00:01")
	b.advance("2s")
	expectNext("waiting until 09:00:06")
	b.exclude(stranger)
	expectNext("overtaken", "waiting until 09:00:03")
	b.advance("1h")
	expectNext("overtaken", "given-up")
	up.Store(true)
	b.include(citizen)
	expectNext("overtaken", "given-up", "delivered")
}

// TestAttemptTakesMachineTime: how long an endpoint takes is told in milliseconds.
func TestAttemptTakesMachineTime(t *testing.T) {
	var machine *clock.Clock
	b := newBank(t, func(w http.ResponseWriter, r *http.Request) {
		if _, err := machine.Advance(1500250 * time.Microsecond); err != nil {
			t.Error(err)
		}
		answering(200, taken)(w, r)
	}, func(o *simulator.Options) { machine = o.Clock })
	b.exclude(citizen)
	if took := b.deliveries()[0].Attempts[0].Took; took != 1500.25 {
		t.Errorf("it took %v ms, want 1500.25", took)
	}
	if agent := (<-b.got).Header.Get("User-Agent"); agent != "kzsim" {
		t.Errorf("the client is called %q", agent)
	}
}

func TestParseEndpoints(t *testing.T) {
	for _, test := range []struct {
		texts []string
		want  map[string]string
		says  string
	}{
		{nil, map[string]string{}, ""},
		{[]string{"a=http://x/?b=c", "b=http://y/"}, map[string]string{"a": "http://x/?b=c", "b": "http://y/"}, ""},
		{[]string{"a"}, nil, `deliver: "a" is not OPERATION=URL`},
		{[]string{"a=http://x/", "a=http://y/"}, nil, "deliver: a is given twice"},
	} {
		got, err := delivery.ParseEndpoints(test.texts)
		says := ""
		if err != nil {
			says = fmt.Sprint(err)
		}
		if diff := cmp.Diff(test.want, got); diff != "" || says != test.says {
			t.Errorf("%q: %q, want %q (-want +got):\n%s", test.texts, says, test.says, diff)
		}
	}
}
