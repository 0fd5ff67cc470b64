package examples

import (
	"archive/tar"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/kzsim/kzsim/internal/testtool"
)

// TestActionInAnotherProject runs the steps of action.yml in the project payments-js
// as a GitHub runner does: green as the project is, red with a bug that its own test
// does not find. The binary comes from a release without the internet, or is there.
func TestActionInAnotherProject(t *testing.T) {
	t.Parallel()
	testtool.Need(t, "npm")
	released := release(t)
	binary, err := sim()
	if err != nil {
		t.Fatal(err)
	}
	// The bug: each try has a trn_id of its own, so the payment is taken twice.
	bug := []string{"{ ...payment, trn_id }", "{ ...payment, trn_id: nextId() }"}
	for _, tc := range []struct {
		name string
		bug  []string
		with map[string]string
		want string // empty if the job is green
	}{
		{"green with a release in a folder", nil, map[string]string{"releases": released}, ""},
		{"green with a binary", nil, map[string]string{"binary": binary}, ""},
		{"red by a bug", bug, map[string]string{"binary": binary}, "sim exec: failed by verdict"},
		{"red by little coverage", nil, map[string]string{"binary": binary, "min-coverage": "90"}, "90 % were asked for"},
		{"red by an archive that was changed", nil, map[string]string{"releases": changed(t, released)}, "is not what SHA256SUMS says"},
		{"red without a release", nil, map[string]string{"releases": t.TempDir()}, "SHA256SUMS"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			project := copied(t, "payments-js")
			if tc.bug != nil {
				plant(t, filepath.Join(project, "payments.js"), tc.bug)
			}
			with := map[string]string{"command": "npm test", "scenario": "payment-lost-reply"}
			for key, value := range tc.with {
				with[key] = value
			}
			said, summary, err := runAction(t, project, with)
			if (err == nil) != (tc.want == "") || !strings.Contains(said, tc.want) {
				t.Errorf("%v, want an error with %q:\n%s", err, tc.want, said)
			}
			if tc.want == "" && !strings.Contains(summary, "k2.k2extreq_pay_from_eko") {
				t.Errorf("the summary has no coverage: %q", summary)
			}
		})
	}
}

// TestFirstProject runs the CI file that sim init writes, as it stands: the job is green, and
// red with a client that does not repeat the payment.
func TestFirstProject(t *testing.T) {
	t.Parallel()
	testtool.Need(t, "curl")
	binary, err := sim()
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		bug  []string
		want string // empty if the job is green
	}{
		"green":            {},
		"red by a bug":     {[]string{"\n            pay\n", "\n"}, "sim exec: failed by verdict"},
		"red by a mistake": {[]string{"restapi/services", "rest/services"}, "unmatched"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			project := t.TempDir()
			if said, err := run(t, project, binary, "init"); err != nil {
				t.Fatalf("%v\n%s", err, said)
			}
			file := filepath.Join(project, ".github", "workflows", "kzsim.yaml")
			if tc.bug != nil {
				plant(t, file, tc.bug)
			}
			said, summary, err := runAction(t, project, withOf(t, file, binary))
			if (err == nil) != (tc.want == "") || !strings.Contains(said, tc.want) {
				t.Errorf("%v, want an error with %q:\n%s", err, tc.want, said)
			}
			if !strings.Contains(said, "1 passed, 0 failed") || !strings.Contains(summary, "k2.k2extreq_pay_from_eko") {
				t.Errorf("the scenario was not tested, or the summary has no coverage: %s\n%s", said, summary)
			}
		})
	}
}

// withOf the only step of a job that uses the action: its inputs, with a binary that is there.
func withOf(t *testing.T, file, binary string) map[string]string {
	t.Helper()
	var workflow struct {
		Jobs map[string]struct {
			Steps []struct {
				Uses string
				With map[string]string
			}
		}
	}
	if err := yaml.Unmarshal([]byte(contents(t, file)), &workflow); err != nil {
		t.Fatal(err)
	}
	for _, s := range workflow.Jobs["kzsim"].Steps {
		if s.Uses == "kzsim/kzsim@v1" {
			s.With["binary"] = binary
			return s.With
		}
	}
	t.Fatalf("%s has no step that uses the action", file)
	return nil
}

// step of an action that runs in a shell.
type step struct {
	Name, Shell, Run, If string
	Env                  map[string]string
}

var inputOf = regexp.MustCompile(`\$\{\{ inputs\.([a-z-]+) \}\}`)

// runAction runs the steps of action.yml with these inputs. The answer is what they
// print and what they add to the summary of the job.
func runAction(t *testing.T, project string, with map[string]string) (said, summary string, failed error) {
	t.Helper()
	text, err := os.ReadFile("../action.yml")
	if err != nil {
		t.Fatal(err)
	}
	var action struct {
		Inputs map[string]struct{ Default string }
		Runs   struct {
			Using string
			Steps []step
		}
	}
	if err := yaml.Unmarshal(text, &action); err != nil || action.Runs.Using != "composite" || len(action.Runs.Steps) == 0 {
		t.Fatalf("action.yml: %v, using %q, %d steps", err, action.Runs.Using, len(action.Runs.Steps))
	}
	for key := range with {
		if _, is := action.Inputs[key]; !is {
			t.Fatalf("action.yml has no input %q", key)
		}
	}
	value := func(expression string) string {
		name := inputOf.FindStringSubmatch(expression)[1]
		if given, is := with[name]; is {
			return given
		}
		return action.Inputs[name].Default
	}
	file := filepath.Join(t.TempDir(), "summary.md")
	for _, s := range action.Runs.Steps {
		if failed != nil && s.If != "always()" {
			continue
		}
		out, err := runStep(t, project, s, file, value)
		said += out
		if failed == nil {
			failed = err
		}
	}
	return said, contents(t, file), failed
}

func runStep(t *testing.T, project string, s step, summary string, value func(string) string) (string, error) {
	t.Helper()
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", s.Run)
	cmd.Dir = project
	cmd.Env = append(os.Environ(), "GITHUB_ACTION_PATH="+root, "GITHUB_STEP_SUMMARY="+summary, "TMPDIR="+t.TempDir())
	for key, expression := range s.Env {
		cmd.Env = append(cmd.Env, key+"="+inputOf.ReplaceAllStringFunc(expression, value))
	}
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// TestTemplatesHoldTheScript: GitLab and Jenkins take one file from another
// repository, so the script is in it, word for word.
func TestTemplatesHoldTheScript(t *testing.T) {
	script := contents(t, "../ci/run.sh")
	var template map[string]struct{ Script []string }
	if err := yaml.Unmarshal([]byte(contents(t, "../ci/gitlab.yml")), &template); err != nil {
		t.Fatal(err)
	}
	if got := template[".kzsim"].Script; len(got) != 1 || got[0] != script {
		t.Errorf("the script of ci/gitlab.yml is not ci/run.sh:\n%s", got)
	}
	groovy := "SCRIPT = '''\\\n" + strings.ReplaceAll(script, `\`, `\\`) + "'''\n"
	if !strings.HasSuffix(contents(t, "../ci/jenkins/vars/kzsim.groovy"), groovy) {
		t.Error("the script of ci/jenkins/vars/kzsim.groovy is not ci/run.sh")
	}
	for _, file := range []string{"payments-js/.gitlab-ci.yml", "payments-js/.github/workflows/tests.yaml"} {
		if err := yaml.Unmarshal([]byte(contents(t, file)), new(any)); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
}

// copied is a folder of the examples outside of this repository.
func copied(t *testing.T, folder string) string {
	t.Helper()
	project := t.TempDir()
	if err := os.CopyFS(project, os.DirFS(folder)); err != nil {
		t.Fatal(err)
	}
	return project
}

// plant a bug: the first text becomes the second.
func plant(t *testing.T, file string, bug []string) {
	t.Helper()
	text := contents(t, file)
	if strings.Count(text, bug[0]) != 1 {
		t.Fatalf("%s does not have %q once", file, bug[0])
	}
	if err := os.WriteFile(file, []byte(strings.Replace(text, bug[0], bug[1], 1)), 0o600); err != nil {
		t.Fatal(err)
	}
}

// release is a folder with an archive for this machine and its sum, as .ci/release
// makes them.
func release(t *testing.T) string {
	t.Helper()
	binary, err := sim()
	if err != nil {
		t.Fatal(err)
	}
	folder, name := t.TempDir(), "sim-v1.2.3-"+runtime.GOOS+"-"+runtime.GOARCH
	content, err := os.ReadFile(binary)
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.Create(filepath.Join(folder, name+".tar.gz"))
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.New()
	packed, err := gzip.NewWriterLevel(file, gzip.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	archive := tar.NewWriter(packed)
	err = archive.WriteHeader(&tar.Header{Name: name + "/sim", Mode: 0o755, Size: int64(len(content))})
	if err == nil {
		_, err = archive.Write(content)
	}
	for _, c := range []interface{ Close() error }{archive, packed, file} {
		if err == nil {
			err = c.Close()
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	_, _ = sum.Write([]byte(contents(t, file.Name()))) // a hash takes everything
	sums := fmt.Sprintf("%x  %s.tar.gz\n%x  sim-v1.2.3-plan9-mips.tar.gz\n", sum.Sum(nil), name, sum.Sum(nil))
	if err := os.WriteFile(filepath.Join(folder, "SHA256SUMS"), []byte(sums), 0o600); err != nil {
		t.Fatal(err)
	}
	return folder
}

// changed is a copy of a release whose archives are not what its sums say.
func changed(t *testing.T, release string) string {
	t.Helper()
	folder := copied(t, release)
	archives, err := fs.Glob(os.DirFS(folder), "*.tar.gz")
	if err != nil || len(archives) != 1 {
		t.Fatalf("%v, %d archives", err, len(archives))
	}
	if err := os.WriteFile(filepath.Join(folder, archives[0]), []byte("changed"), 0o600); err != nil {
		t.Fatal(err)
	}
	return folder
}
