package faults_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/kzsim/kzsim/internal/faults"
)

// pair is a fault as a test writes it.
type pair struct{ kind, value string }

func combine(t testing.TB, in faults.Input, pairs ...pair) faults.Wire {
	t.Helper()
	var list []faults.Fault
	for _, p := range pairs {
		list = append(list, fault(t, p.kind, p.value))
	}
	return faults.Combine(list, in)
}

var pagesHTML = http.Header{
	"Content-Type": {"text/html; charset=utf-8"}, "Content-Disposition": nil, "Preference-Applied": nil,
}

func TestEachFaultAlone(t *testing.T) {
	page := func(status int, text string) *faults.Response {
		return &faults.Response{Status: status, Header: pagesHTML, Body: []byte(
			"<!DOCTYPE html>\n<html>\n<head><title>" + text + "</title></head>\n<body>\n<h1>" + text +
				"</h1>\n<hr>\n<p>gateway</p>\n</body>\n</html>\n")}
	}
	bare := http.Header{"Content-Type": nil, "Content-Disposition": nil, "Preference-Applied": nil}
	with := func(name, value string) http.Header {
		h := bare.Clone()
		h.Set(name, value)
		return h
	}
	for _, c := range []struct {
		fault pair
		want  faults.Wire
	}{
		{pair{"delay", ""}, faults.Wire{Delay: time.Second, Notes: []string{"delay: 1s"}}},
		{pair{"delay", "300ms"}, faults.Wire{Delay: 300 * time.Millisecond, Notes: []string{"delay: 300ms"}}},
		{pair{"hang", ""}, faults.Wire{End: faults.Hang, Silent: true, Reach: faults.Unserved}},
		{pair{"hang", "1m"}, faults.Wire{End: faults.Hang, Silent: true, Reach: faults.Unserved, For: time.Minute}},
		{pair{"reset", ""}, faults.Wire{End: faults.Reset, Silent: true, Reach: faults.Unserved}},
		{pair{"close", ""}, faults.Wire{End: faults.Close, Silent: true, Reach: faults.Unserved}},
		{pair{"truncate", ""}, faults.Wire{Cut: &faults.Cut{Percent: 50}}},
		{pair{"truncate", "12.5%"}, faults.Wire{Cut: &faults.Cut{Percent: 12.5}}},
		{pair{"truncate", "20"}, faults.Wire{Cut: &faults.Cut{Bytes: 20}}},
		{pair{"dribble", ""}, faults.Wire{Pace: &faults.Pace{Chunk: 16, Every: 100 * time.Millisecond}}},
		{pair{"dribble", "5s"}, faults.Wire{Pace: &faults.Pace{Over: 5 * time.Second}}},
		{pair{"dribble", "{every: 1s, chunk: 1}"}, faults.Wire{Pace: &faults.Pace{Chunk: 1, Every: time.Second}}},
		{pair{"garbage", ""}, faults.Wire{Replace: &faults.Response{Body: page(502, "502 Bad Gateway").Body}}},
		{pair{"status", "502"}, faults.Wire{Reach: faults.Unserved, Replace: page(502, "502 Bad Gateway")}},
		{pair{"status", "504"}, faults.Wire{Reach: faults.Unserved, Replace: page(504, "504 Gateway Timeout")}},
		{pair{"status", "503"}, faults.Wire{Reach: faults.Unserved, Replace: &faults.Response{Status: 503, Header: bare}}},
		{pair{"status", "429"}, faults.Wire{Reach: faults.Unserved, Replace: &faults.Response{Status: 429, Header: with("Retry-After", "1")}}},
		{pair{"status", "{code: 429, retry_after: 1500ms}"}, faults.Wire{Reach: faults.Unserved,
			Replace: &faults.Response{Status: 429, Header: with("Retry-After", "2")}}},
		{pair{"status", "{code: 503, page: json}"}, faults.Wire{Reach: faults.Unserved, Replace: &faults.Response{
			Status: 503, Header: with("Content-Type", "application/json"), Body: []byte(`{"message":"Service Unavailable"}`)}}},
		{pair{"lost-reply", ""}, faults.Wire{End: faults.Close, Silent: true}},
		{pair{"lost-reply", "reset"}, faults.Wire{End: faults.Reset, Silent: true}},
		{pair{"lost-reply", "hang"}, faults.Wire{End: faults.Hang, Silent: true}},
		{pair{"lost-reply", "504"}, faults.Wire{Replace: page(504, "504 Gateway Timeout")}},
		{pair{"stale-read", ""}, faults.Wire{Reach: faults.Stale}},
		{pair{"calls-first", ""}, faults.Wire{CallsFirst: true}},
	} {
		c.want.Kinds = []string{c.fault.kind}
		if diff := cmp.Diff(c.want, combine(t, pageInput(t), c.fault)); diff != "" {
			t.Errorf("%v (-want +got):\n%s", c.fault, diff)
		}
	}
}

func TestFaultsTogether(t *testing.T) {
	for _, c := range []struct {
		name  string
		pairs []pair
		want  faults.Wire
	}{
		{"delays add up", []pair{{"delay", "1s"}, {"delay", "500ms"}}, faults.Wire{Delay: 1500 * time.Millisecond}},
		{"a late reset", []pair{{"delay", "1s"}, {"reset", ""}},
			faults.Wire{Delay: time.Second, End: faults.Reset, Silent: true, Reach: faults.Unserved}},
		{"the first end counts", []pair{{"close", ""}, {"reset", ""}},
			faults.Wire{End: faults.Close, Silent: true, Reach: faults.Unserved}},
		{"a hang behind a reset has no time", []pair{{"reset", ""}, {"hang", "1m"}},
			faults.Wire{End: faults.Reset, Silent: true, Reach: faults.Unserved}},
		{"the first of a kind counts", []pair{{"truncate", "10"}, {"truncate", "20"}}, faults.Wire{Cut: &faults.Cut{Bytes: 10}}},
		{"a reset after a part", []pair{{"reset", ""}, {"truncate", "10"}}, faults.Wire{Cut: &faults.Cut{Bytes: 10}, End: faults.Reset}},
		{"a stall after a part", []pair{{"hang", ""}, {"truncate", "10"}}, faults.Wire{Cut: &faults.Cut{Bytes: 10}, End: faults.Hang}},
		{"a reply lost by a reset", []pair{{"lost-reply", ""}, {"reset", ""}}, faults.Wire{End: faults.Reset, Silent: true}},
		{"a reply lost in the middle", []pair{{"truncate", "10"}, {"lost-reply", ""}}, faults.Wire{Cut: &faults.Cut{Bytes: 10}, End: faults.Close}},
		{"a stale answer, cut", []pair{{"truncate", "10"}, {"stale-read", ""}}, faults.Wire{Reach: faults.Stale, Cut: &faults.Cut{Bytes: 10}}},
		{"an unserved request is not stale", []pair{{"stale-read", ""}, {"close", ""}},
			faults.Wire{End: faults.Close, Silent: true, Reach: faults.Unserved}},
	} {
		for _, p := range c.pairs {
			if len(c.want.Kinds) == 0 || c.want.Kinds[len(c.want.Kinds)-1] != p.kind {
				c.want.Kinds = append(c.want.Kinds, p.kind)
			}
		}
		got := combine(t, pageInput(t), c.pairs...)
		if diff := cmp.Diff(c.want, got, cmpopts.IgnoreFields(faults.Wire{}, "Notes")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

// Rubbish is spoiled last: a page of a gateway has no fields to drift.
func TestOrderOfWorkNotOfWriting(t *testing.T) {
	a := combine(t, pageInput(t), pair{"garbage", "json"}, pair{"drift", "{drop: remark}"})
	b := combine(t, pageInput(t), pair{"drift", "{drop: remark}"}, pair{"garbage", "json"})
	if diff := cmp.Diff(a.Replace, b.Replace); diff != "" {
		t.Errorf("the order of writing matters:\n%s", diff)
	}
	if body := string(a.Replace.Body); strings.Contains(body, "remark") || !strings.Contains(body, "refer") {
		t.Errorf("body %s, want one without remark, broken", body)
	}
	w := combine(t, pageInput(t), pair{"status", "502"}, pair{"drift", ""})
	if diff := cmp.Diff([]string{"drift: the answer has no fields to change"}, w.Notes); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
}

func TestCutAndPaceOfALength(t *testing.T) {
	for _, c := range []struct {
		cut          faults.Cut
		length, want int
	}{
		{faults.Cut{Bytes: 20}, 100, 20},
		{faults.Cut{Bytes: 0}, 100, 0},
		{faults.Cut{Bytes: 100}, 100, 99},
		{faults.Cut{Bytes: 20}, 1, 0},
		{faults.Cut{Bytes: 20}, 0, 0},
		{faults.Cut{Percent: 50}, 101, 50},
		{faults.Cut{Percent: 99.9}, 10, 9},
		{faults.Cut{Percent: 1}, 10, 0},
	} {
		if got := c.cut.Of(c.length); got != c.want {
			t.Errorf("%+v of %d = %d, want %d", c.cut, c.length, got, c.want)
		}
	}
	for _, c := range []struct {
		pace   faults.Pace
		length int
		chunk  int
		every  time.Duration
	}{
		{faults.Pace{Chunk: 16, Every: time.Second}, 100, 16, time.Second},
		{faults.Pace{Over: 5 * time.Second}, 100, 10, 500 * time.Millisecond},
		{faults.Pace{Over: 5 * time.Second}, 3, 1, 5 * time.Second / 3},
		{faults.Pace{Over: 5 * time.Second}, 0, 1, 5 * time.Second},
		{faults.Pace{Over: 5 * time.Second, Chunk: 40}, 100, 40, 5 * time.Second / 3},
	} {
		if chunk, every := c.pace.Of(c.length); chunk != c.chunk || every != c.every {
			t.Errorf("%+v of %d = %d, %s; want %d, %s", c.pace, c.length, chunk, every, c.chunk, c.every)
		}
	}
}

// TestDriftOfNothing: a drift that found nothing to change isn't among what a request met,
// unless another one did.
func TestDriftOfNothing(t *testing.T) {
	for value, want := range map[string][]string{"{drop: none}": nil, "{drop: none, retype: status}": {"drift"}} {
		if diff := cmp.Diff(want, combine(t, pageInput(t), pair{"drift", value}).Kinds); diff != "" {
			t.Errorf("%s (-want +got):\n%s", value, diff)
		}
	}
	both := combine(t, pageInput(t), pair{"drift", "{drop: none}"}, pair{"drift", "{drop: status}"})
	if diff := cmp.Diff([]string{"drift"}, both.Kinds); diff != "" {
		t.Errorf("of two (-want +got):\n%s", diff)
	}
}
