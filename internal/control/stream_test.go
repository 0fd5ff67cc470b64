package control_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"
)

// TestLongAnswers are laid out as all others are, with none, one and many items.
func TestLongAnswers(t *testing.T) {
	r := newRig(t, nil)
	for _, n := range []int{0, 1, 40} {
		for range n {
			r.do("GET", "/abs/get_cli?iinbin=901123300258&note=%3C", "")
		}
		for path, list := range map[string]string{"requests": "requests", "requests.har": "log"} {
			body := r.do("GET", "/_sim/sandboxes/default/"+path+"?limit=1000", "").Body.Bytes()
			var laidOut bytes.Buffer
			if err := json.Indent(&laidOut, body, "", "  "); err != nil {
				t.Fatalf("%s of %d: %v\n%s", path, n, err, body)
			}
			diff(t, fmt.Sprint(path, " of ", n), laidOut.String(), string(body))
			if !bytes.Contains(body, []byte(`"`+list+`": `)) || n > 0 && !bytes.Contains(body, []byte("note=%3C")) {
				t.Errorf("%s of %d: %s", path, n, body)
			}
		}
		r.control("DELETE", "/requests", "", nil)
	}
}
