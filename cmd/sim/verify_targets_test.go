//go:build linux

package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/kzsim/kzsim/internal/testgolden"
)

// The presets documents and strict are right over HTTP and HTTPS, run after run at one
// simulator: VERIFY_RUNS=10 of them, or one. What is found of a preset stands in a file.
func TestVerifyOfPresets(t *testing.T) {
	t.Parallel()
	runs := 1
	if text := os.Getenv("VERIFY_RUNS"); text != "" {
		var err error
		if runs, err = strconv.Atoi(text); err != nil {
			t.Fatalf("VERIFY_RUNS=%s: %v", text, err)
		}
	}
	said := ""
	for _, preset := range []string{"documents", "strict", "observed"} {
		scenario := write(t, "preset.yaml", "version: 1\nscenario: preset\nprofile: {preset: "+preset+"}\n")
		folder := t.TempDir()
		p := launch(t, nil, "serve", "--addr", "127.0.0.1:0", "--tls", "--tls-addr", "127.0.0.1:0", "--tls-dir", folder, "--scenario", scenario)
		first := ""
		for _, scheme := range []string{"http", "https"} {
			t.Run(preset+" over "+scheme, func(t *testing.T) {
				base, ok := p.stderr.wait("(" + scheme + `://\S+:\d+)`)
				if !ok {
					t.Fatalf("it does not serve: %s", p.stderr)
				}
				for range runs {
					found := foundBy(t, base, filepath.Join(folder, "ca.pem"))
					first = cmp.Or(first, found)
					if found != first {
						t.Errorf("found is:\n%s\nand was before:\n%s", found, first)
					}
				}
			})
		}
		said += "=== " + preset + "\n" + first
	}
	testgolden.Compare(t, "testdata/presets.txt", said)
}

// foundBy answers the findings and notes of a run, a line each.
func foundBy(t *testing.T, base, ca string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "report.json")
	args := append([]string{"verify", "--ca", ca, "--require", "verified", "--json", file}, urls(base)...)
	code, stdout, stderr := sim(t, nil, args...)
	if code != exitGood {
		t.Errorf("exit code %d: %s%s", code, stdout, stderr)
	}
	type point struct{ Operation, Kind, Path, Expected, Seen string }
	var report struct{ Findings, Notes []point }
	raw, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(raw, &report)
	}
	if err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprintf("%d findings, %d notes\n", len(report.Findings), len(report.Notes))
	for _, f := range append(report.Findings, report.Notes...) {
		text += fmt.Sprintf("%s %s %s: expected %s; seen %s\n", f.Operation, f.Kind, f.Path, f.Expected, f.Seen)
	}
	return text
}

// deadTargets are no services.
var deadTargets = []struct {
	name    string
	handler http.HandlerFunc // nil if nothing listens
}{
	{"nothing listens", nil},
	{"closes the connection", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }},
	{"says nothing", answers(200, "application/json", "")},
	{"says {}", answers(200, "application/json", "{}")},
	{"says []", answers(200, "application/json", "[]")},
	{"503", answers(503, "text/html", "<html>Service Unavailable</html>")},
	{"503 of a document", answers(503, "application/json", `{"detail":"KZ Citizen Info service is not available now"}`)},
	{"400 of a document", answers(400, "application/json", `{"detail":"Client does not have subscription"}`)},
	{"an error with 200", answers(200, "application/json", `{"error_code":-1,"error_text":"ORA-12541: TNS:no listener"}`)},
	{"a success without content", answers(200, "application/json", `{"error_code":0,"error_text":""}`)},
	{"404", answers(404, "application/json", `{"detail":"Subject not found"}`)},
	{"redirects to a login", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/login", http.StatusFound) }},
	{"redirects to itself", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, r.URL.Path, http.StatusMovedPermanently)
	}},
	{"a login page", answers(200, "text/html; charset=utf-8", "<html><form action=/login><input name=password></form></html>")},
	{"a login page as JSON", answers(200, "application/json", "<html><form action=/login></form></html>")},
}

// answers everything alike.
func answers(status int, contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// A target that is no service never ends the command with 0: of one service, of all
// three, and of one beside two that work.
func TestVerifyOfDeadTargets(t *testing.T) {
	t.Parallel()
	p := launch(t, nil, "serve", "--addr", "127.0.0.1:0")
	good := "http://" + p.address()
	for _, dead := range deadTargets {
		t.Run(dead.name, func(t *testing.T) {
			t.Parallel()
			address := "http://127.0.0.1:1"
			if dead.handler != nil {
				server := httptest.NewUnstartedServer(dead.handler)
				server.Config.ErrorLog = log.New(io.Discard, "", 0)
				server.Start()
				t.Cleanup(server.Close)
				address = server.URL
			}
			for _, services := range []string{"kyc", "k2", "abs", "kyc k2 abs"} {
				isNeverGood(t, services, addresses(services, address, ""))
				if services != "kyc k2 abs" {
					isNeverGood(t, services+" beside good ones", addresses(services, address, good))
				}
			}
		})
	}
}

// addresses are those of a dead target for the named services, and a good one's for the
// others if there is one.
func addresses(services, dead, good string) map[string]string {
	all := map[string]string{"kyc": good, "k2": good, "abs": good}
	if good != "" {
		all["abs"] += "/abs"
	}
	for service := range strings.FieldsSeq(services) {
		all[service] = dead
	}
	maps.DeleteFunc(all, func(_, address string) bool { return address == "" })
	return all
}

// isNeverGood runs the command with a target file that has the addresses alone, and with
// one that allows everything and knows a subject.
func isNeverGood(t *testing.T, name string, all map[string]string) {
	t.Helper()
	text := "version: 1\nlimits: {rate: 10000}\nservices:\n"
	for _, service := range slices.Sorted(maps.Keys(all)) {
		text += "  " + service + ": {url: '" + all[service] + "'}\n"
	}
	for _, more := range []string{"", "allow: ['*']\nsubjects: [{iin: 901123300258, phone: 77011234567}]\n"} {
		file := write(t, "target.yaml", text+more)
		if code, stdout, stderr := sim(t, nil, "verify", "--no-person", "--cases", "well-formed", "--target", file); code != exitFindings {
			t.Errorf("%s, %s: exit code %d: %s%s", name, text+more, code, stdout, stderr)
		}
	}
}
