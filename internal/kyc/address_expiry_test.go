package kyc_test

import (
	"testing"
	"time"

	_ "github.com/kzsim/kzsim/internal/testgc"
)

// TestAddressExpiry: expire_date is the first instant at which a confirmed session is
// over. It is a whole second, so what is confirmed within one loses its fraction
// (ledger 13).
func TestAddressExpiry(t *testing.T) {
	const told = "2024-03-01T04:05:05Z"
	expires, err := time.Parse(time.RFC3339, told)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		after  time.Duration // expire_date
		passed bool
	}{
		{-time.Second, false}, {-1, false}, {0, true}, {1, true}, {699 * time.Millisecond, true}, {time.Second, true},
	} {
		for name, try := range map[string]func(*testing.T, *bench, string, bool){
			"fetch": fetchAtExpiry, "approve": approveAtExpiry,
			"fetch by name": fetchByNameAtExpiry, "approve by name": approveByNameAtExpiry,
		} {
			t.Run(name+" "+test.after.String(), func(t *testing.T) {
				b := newBench(t)
				b.pass(700 * time.Millisecond)
				session := field(t, b.approve(anyKey, citizen, ""), "backend_session_id")
				b.pass(5 * time.Second)
				confirmed := b.approve(anyKey, citizen, "")
				expect(t, confirmed, "valid")
				same(t, field(t, confirmed, "expire_date"), told)
				b.Now = expires.Add(test.after)
				try(t, &b, session, test.passed)
			})
		}
	}
}

func fetchAtExpiry(t *testing.T, b *bench, session string, passed bool) {
	want := "found"
	if passed {
		want = "token-expired"
	}
	expect(t, b.fetch(session, anyKey, citizen, ""), want)
}

func approveAtExpiry(t *testing.T, b *bench, session string, passed bool) {
	got, want := b.approve(anyKey, citizen, ""), "valid"
	if passed {
		want = "pending"
	}
	expect(t, got, want)
	same(t, field(t, got, "backend_session_id") != session, passed)
}

// An address that is asked for by name is fetched from the request's session before
// its end. After that from another, and the request's own stays expired.
func fetchByNameAtExpiry(t *testing.T, b *bench, session string, passed bool) {
	expect(t, b.fetch(session, anyKey, citizen, "found"), "found")
	want := "already-received"
	if passed {
		want = "token-expired"
	}
	expect(t, b.fetch(session, anyKey, citizen, ""), want)
}

func approveByNameAtExpiry(t *testing.T, b *bench, session string, passed bool) {
	got := b.approve(anyKey, citizen, "valid")
	expect(t, got, "valid")
	same(t, field(t, got, "backend_session_id") != session, passed)
}
