package kyc_test

import (
	"testing"
	"time"

	"github.com/kzsim/kzsim/internal/contract/calltest"
	"github.com/kzsim/kzsim/internal/population"
	"github.com/kzsim/kzsim/schemas"
)

// expire_date is the end of the right to fetch: whole seconds, whenever the
// subject answered.
func TestExpireDateIsKept(t *testing.T) {
	b := newBench(t)
	b.Now = b.Now.Add(700 * time.Millisecond)
	session := field(t, b.approve(anyKey, citizen, ""), "backend_session_id")
	b.pass(5 * time.Second)
	same(t, field(t, b.approve(anyKey, citizen, ""), "expire_date"), "2024-03-01T04:05:05Z")
	b.Now = time.Date(2024, 3, 1, 4, 5, 5, 0, time.UTC).Add(-time.Nanosecond)
	expect(t, b.fetch(session, anyKey, citizen, ""), "found")
	session = field(t, b.approve(anyKey, citizen, "valid"), "backend_session_id")
	b.Now = time.Date(2024, 3, 1, 4, 10, 4, 0, time.UTC)
	expect(t, b.fetch(session, anyKey, citizen, ""), "token-expired")
}

func TestAddressIsFetchedOnce(t *testing.T) {
	b := newBench(t)
	session := field(t, b.approve(anyKey, citizen, "valid"), "backend_session_id")
	got := b.fetch(session, anyKey, citizen, "")
	expect(t, got, "found")
	text, err := schemas.FS.ReadFile("samples/kyc/address_get.response.found.json")
	if err != nil {
		t.Fatal(err)
	}
	same(t, keysOf(got.Body), keysOf(string(text)))
	same(t, field(t, got, "iin"), citizen)
	expect(t, b.fetch(session, anyKey, citizen, ""), "already-received")
	b.pass(time.Hour)
	expect(t, b.fetch(session, anyKey, citizen, ""), "already-received")
}

// The address is the one that the rest of the sandbox knows.
func TestAddressIsThePersons(t *testing.T) {
	b := newBench(t)
	home := population.New(1).Address(citizen)
	got := b.fetch("", anyKey, citizen, "found").JSON(t).(map[string]any)["address"].(map[string]any)
	region := got["region"].(map[string]any)
	same(t,
		[]any{got["city"], got["street"], got["building"], got["flat"], region["code"], region["changeDate"]},
		[]any{home.City, home.Street, home.Building, home.Flat, home.Region.Code, home.Region.ChangeDate.Format(time.RFC3339)})
	if zone := region["changeDate"].(string); zone[len(zone)-6:] != "+06:00" {
		t.Errorf("changeDate %s, want the sample's offset", zone)
	}
}

func TestAddressIsRefused(t *testing.T) {
	for name, tc := range map[string]struct {
		ask  func(*bench, string) calltest.Answer
		want string
	}{
		"unknown session":  {func(b *bench, _ string) calltest.Answer { return b.fetch("no", anyKey, citizen, "") }, "already-received"},
		"another subject":  {func(b *bench, s string) calltest.Answer { return b.fetch(s, anyKey, another, "") }, "already-received"},
		"another key":      {func(b *bench, s string) calltest.Answer { return b.fetch(s, "another", citizen, "") }, "already-received"},
		"not yet answered": {func(b *bench, s string) calltest.Answer { return b.fetch(s, anyKey, citizen, "") }, "already-received"},
		"answered, not told": {func(b *bench, s string) calltest.Answer {
			b.pass(5 * time.Second)
			return b.fetch(s, anyKey, citizen, "")
		}, "found"},
		"too late": {func(b *bench, s string) calltest.Answer { b.pass(time.Hour); return b.fetch(s, anyKey, citizen, "") }, "token-expired"},
		"too late, twice": {func(b *bench, s string) calltest.Answer {
			b.pass(time.Hour)
			b.fetch(s, anyKey, citizen, "")
			return b.fetch(s, anyKey, citizen, "")
		}, "token-expired"},
		"rejected": {func(b *bench, s string) calltest.Answer {
			answerWith("reject")(t, b)
			return b.fetch(s, anyKey, citizen, "")
		}, "already-received"},
		"down": {func(b *bench, s string) calltest.Answer {
			b.give("subjects", `{"iin": "901123300258", "failure": "upstream-down"}`)
			return b.fetch(s, anyKey, citizen, "")
		}, "upstream-down"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			session := field(t, b.approve(anyKey, citizen, ""), "backend_session_id")
			expect(t, tc.ask(&b, session), tc.want)
		})
	}
}

// A fetch that fails leaves the session to be told by address.approve.
func TestFailedFetchTellsNothing(t *testing.T) {
	b := newBench(t)
	session := field(t, b.approve(anyKey, citizen, ""), "backend_session_id")
	answerWith("reject")(t, &b)
	expect(t, b.fetch(session, anyKey, citizen, ""), "already-received")
	got := b.approve(anyKey, citizen, "")
	expect(t, got, "invalid")
	same(t, field(t, got, "backend_session_id"), session)
}

// After a forced success the service goes on from there.
func TestForcedFetch(t *testing.T) {
	for name, setUp := range map[string]func(*bench) (session string, after string){
		"of nothing": func(b *bench) (string, string) { return "no", "already-received" },
		"of a pending one": func(b *bench) (string, string) {
			return field(t, b.approve(anyKey, citizen, ""), "backend_session_id"), "already-received"
		},
		"of a confirmed one that is not the latest": func(b *bench) (string, string) {
			s := field(t, b.approve(anyKey, citizen, "valid"), "backend_session_id")
			b.approve(anyKey, citizen, "pending")
			return s, "already-received"
		},
		"of a stranger's": func(b *bench) (string, string) {
			return field(t, b.approve("stranger", citizen, "valid"), "backend_session_id"), "already-received"
		},
		"of a fetched one": func(b *bench) (string, string) {
			s := field(t, b.approve(anyKey, citizen, "valid"), "backend_session_id")
			b.fetch(s, anyKey, citizen, "")
			return s, "already-received"
		},
		"of an expired one": func(b *bench) (string, string) {
			s := field(t, b.approve(anyKey, citizen, "valid"), "backend_session_id")
			b.pass(time.Hour)
			return s, "token-expired"
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			session, after := setUp(&b)
			expect(t, b.fetch(session, anyKey, citizen, "found"), "found")
			expect(t, b.fetch(session, anyKey, citizen, ""), after)
		})
	}
}

func TestForcedFetchLeavesStrangersAlone(t *testing.T) {
	b := newBench(t)
	session := field(t, b.approve("stranger", citizen, "valid"), "backend_session_id")
	expect(t, b.fetch(session, anyKey, citizen, "found"), "found")
	expect(t, b.fetch(session, "stranger", citizen, ""), "found")
}
