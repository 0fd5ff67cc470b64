package scenarios_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/kzsim/kzsim/internal/scenario"
	_ "github.com/kzsim/kzsim/internal/testgc"
	"github.com/kzsim/kzsim/internal/testgolden"
	"github.com/kzsim/kzsim/scenarios"
)

// versions is an archive of the scenarios that the repository's history has: each version of
// each file once, as PATH@HASH. What the golden file lists is told or answered otherwise today.
const (
	versions    = "testdata/history.tar.gz"
	toldNow     = "testdata/history.golden"
	fewVersions = 200
)

const otherDraws = "Under the same seed `share` and `probability` meet other subjects than before."

// reasons why a version of a file is not what it was, by its name.
var reasons = map[string]string{
	"internal/reference/examples/counting.yaml@d6c7da72fdce": otherDraws,
	"internal/reference/examples/counting.yaml@23f1428a066b": otherDraws,
	"scenarios/month-end.yaml@b8a1f287f95b":                  otherDraws,
	"internal/reference/examples/must.yaml@b17d566ece72": "sim test judges `must` over the `try`, too. " +
		"The try makes a request with a finding, and `must` asks for none.",
	"internal/reference/examples/rules.yaml@a33d5908593e": "The try leaves the row's debt out. What is filled in today " +
		"is a debt above the 1000000 that the first rule asks for.",
	"simtest/testdata/mistaken.yaml@da7efa9a6fee": "It is mistaken on purpose, and always was.",
}

// TestHistoryRuns: each version of a scenario in the repository's history is checked and tried
// with the program of today.
func TestHistoryRuns(t *testing.T) {
	t.Parallel()
	if *testgolden.Update {
		collectHistory(t)
	}
	all := readHistory(t)
	if len(all) < fewVersions {
		t.Fatalf("%d versions in %s, want %d or more", len(all), versions, fewVersions)
	}
	r := newRunner(t)
	var told strings.Builder
	for _, name := range slices.Sorted(maps.Keys(all)) {
		said := r.trouble(t, name, all[name])
		if said == "" {
			continue
		}
		if reasons[name] == "" {
			t.Errorf("%s does not run as before:\n%s", name, said)
		}
		fmt.Fprintf(&told, "%s\n%s\n%s\n", name, reasons[name], said)
	}
	testgolden.Compare(t, toldNow, told.String())
}

// trouble that a scenario makes: what the checker says, or what fails. Empty if it runs.
func (r runner) trouble(t *testing.T, name string, source []byte) string {
	t.Helper()
	s, findings := scenario.Parse(path.Base(name), source, scenario.Options{Table: r.sim.Table, Library: scenarios.FS})
	if s == nil {
		return findings.Error() + "\n"
	}
	var said strings.Builder
	for _, report := range r.trials.Run(t.Context(), s.Variants()...) {
		if report.Error != "" {
			fmt.Fprintln(&said, report.Error)
		}
		for _, step := range report.Steps {
			if !step.Passed {
				fmt.Fprintln(&said, step.Failure)
			}
		}
		for _, must := range report.Verdict.Must {
			if !must.Passed {
				fmt.Fprintf(&said, "%s: must: %s\n", must.Position, must)
			}
		}
	}
	return said.String()
}

func readHistory(t *testing.T) map[string][]byte {
	t.Helper()
	packed, err := os.ReadFile(versions)
	if err != nil {
		t.Fatal(err)
	}
	unpacked, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]byte{}
	for archive := tar.NewReader(unpacked); ; {
		file, err := archive.Next()
		if err == io.EOF {
			return all
		}
		if err == nil {
			all[file.Name], err = io.ReadAll(archive)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// scenarioHead is what makes a file a scenario.
var scenarioHead = regexp.MustCompile(`(?m)^version: 1\n(?s:.*)^scenario: `)

// collectHistory needs all commits: a clone that is not shallow.
func collectHistory(t *testing.T) {
	t.Helper()
	if strings.TrimSpace(git(t, "rev-parse", "--is-shallow-repository")) != "false" {
		t.Fatal("the clone is shallow, so its history is not all there is")
	}
	all := map[string]string{}
	changes := git(t, "log", "--all", "-m", "--format=", "--raw", "--abbrev=12", "--no-renames", "--diff-filter=AM", "--", ":/*.yaml", ":/*.yml")
	for line := range strings.Lines(changes) {
		fields, file, _ := strings.Cut(strings.TrimSpace(line), "\t")
		if hash := strings.Fields(fields)[3]; all[file+"@"+hash] == "" {
			all[file+"@"+hash] = git(t, "cat-file", "blob", hash)
		}
	}
	var packed bytes.Buffer
	zipped, _ := gzip.NewWriterLevel(&packed, gzip.BestCompression) // the level is one there is
	archive := tar.NewWriter(zipped)
	var err error
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if text := all[name]; scenarioHead.MatchString(text) {
			err = errors.Join(err, archive.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(text))}))
			_, werr := io.WriteString(archive, text)
			err = errors.Join(err, werr)
		}
	}
	if err := errors.Join(err, archive.Close(), zipped.Close(), os.WriteFile(versions, packed.Bytes(), 0o600)); err != nil {
		t.Fatal(err)
	}
}

func git(t *testing.T, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "git", args...).Output()
	if err != nil {
		t.Fatalf("git %v: %v", args, err)
	}
	return string(out)
}
