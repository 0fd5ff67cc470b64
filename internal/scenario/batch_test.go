package scenario_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/contract"
)

// batch of loans, the last one of this IIN.
func batch(t *testing.T, last string) *contract.Call {
	t.Helper()
	var rows []string
	for n := range 3000 {
		rows = append(rows, fmt.Sprintf(`{"iinbin": "%012d"}`, n))
	}
	rows = append(rows, fmt.Sprintf(`{"iinbin": %q}`, last))
	return call(t, "k2.k2loan_from_eko", "["+strings.Join(rows, ",")+"]")
}

// TestALongBatchIsToldInShort: what is counted by is kept as long as the scenario
// is in force, and an explanation is kept with every request. Batches are still told
// apart by each of their subjects.
func TestALongBatchIsToldInShort(t *testing.T) {
	const longest = 300 // bytes
	r := runtimeOf(t, `rules:
  - {on: k2.*, for: {iin: 901123300258}, do: 502}
  - {on: k2.*, probability: 0.5, do: 503}
  - {on: k2.*, do: [bad-iin-length, accepted]}
`)
	if err := r.setChaos(0.5); err != nil {
		t.Fatal(err)
	}
	for _, c := range []*contract.Call{batch(t, "031231500126"), batch(t, "850101300005"), call(t, "kyc.address.get",
		`{"backend_session_id": "`+strings.Repeat("я", 10_000)+`"}`)} {
		for _, why := range r.Decide(c).Why {
			if len(why) > longest {
				t.Errorf("an explanation of %d bytes: %.200s", len(why), why)
			}
		}
	}
	snapshot, err := r.store.Image().Encode()
	if err != nil || len(snapshot.Counters) < 4 {
		t.Fatal(err, len(snapshot.Counters))
	}
	for _, counts := range snapshot.Counters {
		for key := range counts {
			if len(key) > longest {
				t.Errorf("a key of %d bytes: %.200s", len(key), key)
			}
		}
	}
}

func TestBatchesAreCountedByAllTheirSubjects(t *testing.T) {
	r := runtimeOf(t, "rules: [{on: k2.*, do: [bad-iin-length, accepted]}]\n")
	one, other := batch(t, "031231500126"), batch(t, "850101300005")
	want := []string{"bad-iin-length", "bad-iin-length", "accepted"}
	if diff := cmp.Diff(want, decide(r, one, other, one)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
