package contract_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestLongSessionsAreCounted: a list counts a session of more than 256 bytes under its
// beginning, which is whole characters, and its digest. So sessions that begin alike
// have a count each.
func TestLongSessionsAreCounted(t *testing.T) {
	digest := func(text string) string {
		sum := sha256.Sum256([]byte(text))
		return hex.EncodeToString(sum[:8])
	}
	longest := strings.Repeat("x", 256)
	long, other, cyrillic := longest+"x", longest+"xy", "x"+strings.Repeat("ф", 128)
	r := newRun(t, operationOf("kyc.address.get"))
	r.follow("{on: kyc.address.get, do: [already-received, token-expired]}")
	for _, test := range []struct {
		session, key, step, outcome string
	}{
		{longest, longest, "1 of 2", "already-received"},
		{long, longest[:64] + "… " + digest(long), "1 of 2", "already-received"},
		{other, longest[:64] + "… " + digest(other), "1 of 2", "already-received"},
		{long, longest[:64] + "… " + digest(long), "2 of 2", "token-expired"},
		{cyrillic, "x" + strings.Repeat("ф", 31) + "… " + digest(cyrillic), "1 of 2", "already-received"},
	} {
		a := r.ask(sampleRequest(r.op).edited(t, fmt.Sprintf("/backend_session_id: %q", test.session)))
		want := []string{"rule 1: decided: step " + test.step + " for session " + test.key + ": " + test.outcome}
		if diff := cmp.Diff(want, r.whyOf(a)); diff != "" || a.outcome() != test.outcome {
			t.Errorf("outcome %s, why (-want +got):\n%s", a.outcome(), diff)
		}
	}
}

// loansOf clients with consecutive numbers, a batch.
func loansOf(clients int) string {
	const row = `{"request_id":1,"contract_number":"KD1","dbz_contract_number":"KD1","dbz_dt":"2014-02-08","iinbin":"9011233%05d","debt":1,"cur":"KZT"}`
	var rows []string
	for i := range clients {
		rows = append(rows, fmt.Sprintf(row, i))
	}
	return "[" + strings.Join(rows, ",") + "]"
}

// TestCountersOfBatchesAreShort: what is counted for a batch isn't kept under the names
// of all its subjects.
func TestCountersOfBatchesAreShort(t *testing.T) {
	for name, do := range map[string]string{
		"fault":       "do: {outcome: bad-row, fault: garbage}",
		"list":        "do: [bad-row, bad-row]",
		"probability": "probability: 0.999999, do: bad-row",
	} {
		t.Run(name, func(t *testing.T) {
			r := newRun(t, operationOf("k2.k2loan_from_eko"))
			r.follow("{on: k2.k2loan_from_eko, " + do + "}")
			send(t, "POST", r.base+r.op.Path, loansOf(30))
			if snapshot := r.control("GET", "/snapshot", "").body; strings.Contains(string(snapshot), "901123300029") {
				t.Errorf("the last of thirty subjects is in the snapshot:\n%s", snapshot)
			}
		})
	}
}

// TestBatchesThatBeginAlike are counted apart: a batch doesn't change what is drawn for
// another, however far into it they differ.
func TestBatchesThatBeginAlike(t *testing.T) {
	drawn := func(batches ...string) string {
		r := newRun(t, operationOf("k2.k2loan_from_eko"))
		r.follow("{on: k2.k2loan_from_eko, do: {outcome: bad-row, fault: {garbage: {as: bytes, size: 16}}}}")
		var last answer
		for _, body := range batches {
			last = send(t, "POST", r.base+r.op.Path, body)
		}
		return string(last.body)
	}
	one, other := loansOf(30), loansOf(31)
	alone := drawn(one)
	if got := drawn(other, one); got != alone {
		t.Errorf("after another batch the answer is %q, alone %q", got, alone)
	}
	if got := drawn(one, one); got == alone {
		t.Errorf("the second answer is that of the first: %q", got)
	}
}
