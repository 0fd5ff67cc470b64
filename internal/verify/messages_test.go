package verify_test

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	_ "github.com/kzsim/kzsim/internal/testgc"
	"github.com/kzsim/kzsim/internal/testgolden"
	"github.com/kzsim/kzsim/internal/verify"
	"github.com/kzsim/kzsim/internal/verify/report"
)

// messages are what reports say, by the name of the case. They are compared with a
// golden file when the test and its parallel ones are through.
type messages struct {
	mu  sync.Mutex
	all map[string]string
}

const caseMark = "=== "

func goldenMessages(t *testing.T, file string) *messages {
	t.Helper()
	m := &messages{all: map[string]string{}}
	file = filepath.Join("testdata", file)
	t.Cleanup(func() {
		raw, err := os.ReadFile(file)
		if err != nil && !*testgolden.Update {
			t.Fatal(err)
		}
		golden := map[string]string{}
		for _, part := range strings.Split("\n"+string(raw), "\n"+caseMark)[1:] {
			name, text, _ := strings.Cut(part, "\n")
			golden[name] = strings.TrimSuffix(text, "\n") + "\n"
		}
		for name, text := range m.all {
			if diff := cmp.Diff(golden[name], text); diff != "" && !*testgolden.Update {
				t.Errorf("%s (-update writes it anew):\n%s", name, diff)
			}
			golden[name] = text
		}
		if *testgolden.Update {
			var b bytes.Buffer
			for _, name := range slices.Sorted(maps.Keys(golden)) {
				b.WriteString(caseMark + name + "\n" + golden[name])
			}
			if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	})
	return m
}

// changing are the parts of a message that are different in each run.
var changing = []struct {
	form *regexp.Regexp
	name string
}{
	{regexp.MustCompile(`[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(Z|[+-][0-9:]{5})`), "INSTANT"},
	{regexp.MustCompile(`[0-9]{2}\.[0-9]{2}\.20[0-9]{2}`), "DAY"},
	{regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`), "UUID"},
	{regexp.MustCompile(`127\.0\.0\.1:[0-9]+`), "ADDRESS"},
}

// add what a terminal shows of a report at its end.
func (m *messages) add(t *testing.T, name string, found *verify.Report) {
	t.Helper()
	var b bytes.Buffer
	if err := report.NewTerminal(&b, false).Finish(found); err != nil {
		t.Fatal(err)
	}
	m.keep(name, b.String())
}

// addFindings adds each finding and note on a line.
func (m *messages) addFindings(name string, found *verify.Report) {
	text := ""
	for _, f := range slices.Concat(found.Findings, found.Notes) {
		if !slices.Contains(paperNotes, line(f)) {
			text += fmt.Sprintf("%s: expected %s; seen %s; %s: %s\n", line(f), f.Expected, f.Seen, f.Document, f.Quote)
		}
	}
	m.keep(name, text)
}

// addServices adds what is said of the services of which nothing was verified.
func (m *messages) addServices(name string, found *verify.Report) {
	text := ""
	for _, s := range found.Services {
		for _, line := range s.Unverified {
			text += s.Name + ": " + line + "\n"
		}
	}
	m.keep(name, text)
}

func (m *messages) keep(name, text string) {
	for _, c := range changing {
		text = c.form.ReplaceAllString(text, c.name)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.all[name] = strings.TrimSpace(text) + "\n"
}
