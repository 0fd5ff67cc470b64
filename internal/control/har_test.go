package control_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kzsim/kzsim/internal/har"
	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/testtool"
)

// busy is a sandbox with one exchange of each kind that a journal can hold.
func busy(t *testing.T) *rig {
	t.Helper()
	r := newRig(t, nil)
	const iin = "901123300258"
	r.ask("pending", addressApprove, of(iin))
	r.control("POST", "/clock/advance", `{"by":"5s"}`, nil)
	session := member(t, r.ask("valid", addressApprove, of(iin)), "backend_session_id")
	r.ask("found", addressGet, `{"api_key":"`+aKey+`","iin":"`+iin+`","backend_session_id":"`+session+`"}`)
	r.ask("malformed", addressGet, `{"api_key":"`+aKey+`",}`)
	r.ask("found", "/abs/get_cli?iinbin="+iin+"&note=%D0%90%26b", "")
	r.ask("file", "/restapi/getfile?code=CUST-820989b2-b545-496a-be37-5c70a7e9ec79", "")
	r.do("POST", "/no/operation", "\xff\xfe")
	large := `{"api_key":"` + aKey + `","iin":"` + iin + `","more":"` + strings.Repeat("я", journal.MaxBody) + `"}`
	r.do("POST", execProc, large)
	r.control("POST", "/faults", `{on: kyc.info.exec_proc, fault: reset}`, nil)
	server := httptest.NewServer(r.sim.Handler())
	defer server.Close()
	resp, err := http.Post(server.URL+execProc, "application/json", strings.NewReader(of(iin)))
	if err == nil {
		resp.Body.Close()
		t.Fatalf("the connection wasn't reset: %s", resp.Status)
	}
	r.awaitRequests(9) // a client hears of a reset before the journal does
	return r
}

// awaitRequests returns when the journal has so many.
func (r *rig) awaitRequests(n int) {
	r.t.Helper()
	sb, err := r.sim.Pool.Get(sandbox.DefaultID)
	if err != nil {
		r.t.Fatal(err)
	}
	for {
		changed := sb.Journal.Changed()
		if kept, _ := sb.Journal.Exchanges(); len(kept) >= n {
			return
		}
		<-changed
	}
}

func TestHAR(t *testing.T) {
	r := busy(t)
	w := r.do("GET", "/_sim/sandboxes/default/requests.har", "")
	var archive journal.HAR
	if err := json.Unmarshal(w.Body.Bytes(), &archive); err != nil {
		t.Fatal(err)
	}
	type line struct {
		Request, Outcome, Fault, Encoding, Comment string
		Status                                     int
	}
	var got []line
	for _, e := range archive.Log.Entries {
		url := strings.TrimPrefix(e.Request.URL, "http://127.0.0.1:8080")
		got = append(got, line{e.Request.Method + " " + url, e.Outcome, e.Fault, e.Response.Content.Encoding, "", e.Response.Status})
		if e.Request.PostData != nil {
			comment, _, _ := strings.Cut(e.Request.PostData.Comment, ";")
			got[len(got)-1].Comment = comment
		}
	}
	diff(t, "entries", []line{
		{"POST " + addressApprove, "pending", "", "", "", 200},
		{"POST " + addressApprove, "valid", "", "", "", 200},
		{"POST " + addressGet, "found", "", "", "", 200},
		{"POST " + addressGet, "malformed", "", "", "", 400},
		{"GET /abs/get_cli?iinbin=901123300258&note=%D0%90%26b", "found", "", "", "", 200},
		{"GET /restapi/getfile?code=CUST-820989b2-b545-496a-be37-5c70a7e9ec79", "file", "", "base64", "", 200},
		{"POST /no/operation", "", "", "", "", 404},
		{"POST " + execProc, "found", "", "", "the first 65536 bytes", 200},
		{"POST " + execProc, "", "reset", "", "", 0},
	}, got)
	query := archive.Log.Entries[4].Request.QueryString
	diff(t, "query", []har.Pair{{Name: "iinbin", Value: "901123300258"}, {Name: "note", Value: "А&b"}}, query)

	w = r.do("GET", "/_sim/sandboxes/default/requests.har?operation=kyc.address.*&outcome=valid", "")
	if err := json.Unmarshal(w.Body.Bytes(), &archive); err != nil || len(archive.Log.Entries) != 1 {
		t.Errorf("%d entries are valid (%v), want 1", len(archive.Log.Entries), err)
	}
}

// TestHARIsValid asks a public validator of the format.
func TestHARIsValid(t *testing.T) {
	const noValidator = 75
	testtool.Need(t, "node", "npm")
	file := filepath.Join(t.TempDir(), "requests.har")
	w := busy(t).do("GET", "/_sim/sandboxes/default/requests.har", "")
	if err := os.WriteFile(file, w.Body.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	said, err := exec.CommandContext(t.Context(), "../../.ci/har", file).CombinedOutput()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == noValidator {
		testtool.Absent(t, "the validator can't be had: "+string(said))
	}
	if err != nil || !strings.Contains(string(said), "9 entries, valid") {
		t.Errorf("%v: %s", err, said)
	}
}
