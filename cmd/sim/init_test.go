package main

import (
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const ciFile = ".github/workflows/kzsim.yaml"

// TestInitWritesWhatRuns: the scenario passes its try, and the other commands take the
// settings.
func TestInitWritesWhatRuns(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "new", "project")
	code, stdout, stderr := sim(t, nil, "init", folder)
	if code != exitGood || !strings.Contains(stdout, "wrote "+filepath.Join(folder, "sim.yaml")+"\n") {
		t.Fatalf("exit code %d: %s%s", code, stdout, stderr)
	}
	want := []string{ciFile, "scenarios/lost-reply.yaml", "sim.yaml"}
	if diff := cmp.Diff(want, filesOf(t, folder)); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	t.Chdir(folder)
	for _, tc := range []struct {
		args []string
		says string
	}{
		{[]string{"test", "scenarios"}, "ok    lost-reply (2 steps)\n1 passed, 0 failed\n"},
		{[]string{"test", "."}, "1 passed, 0 failed\n"},
		{[]string{"serve", "--print-config"}, "scenario: scenarios/lost-reply.yaml # sim.yaml:5:13\n"},
	} {
		if code, stdout, stderr := sim(t, nil, tc.args...); code != exitGood || stderr != "" || !strings.Contains(stdout, tc.says) {
			t.Errorf("sim %v: exit code %d, without %q: %s%s", tc.args, code, tc.says, stdout, stderr)
		}
	}
	line := self("as:sim", "serve", "--addr", "127.0.0.1:0")
	base := firstMatch(t, exec.CommandContext(t.Context(), line[0], line[1:]...), true, `http://127\.0\.0\.1:\d+`)
	answer, err := http.Get(base + "/_sim/sandboxes/default/scenario")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if text, err := io.ReadAll(answer.Body); err != nil || !strings.Contains(string(text), "lose the first answer to each payment") {
		t.Errorf("sim serve has another scenario in force: %v %s", err, text)
	}
}

// TestInitOverwritesNothing: it says which files are in the way, and writes none.
func TestInitOverwritesNothing(t *testing.T) {
	for _, tc := range []struct {
		name  string
		there []string
		want  string
	}{
		{"settings", []string{"sim.yaml"}, "nothing was written, because there is already {}/sim.yaml: move it, or name another folder\n"},
		{"two", []string{ciFile, "sim.yaml"}, "there is already {}/" + ciFile + " and {}/sim.yaml: move"},
		{"a file for a folder", []string{"scenarios"}, "there is already {}/scenarios: move"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			folder := t.TempDir()
			for _, file := range tc.there {
				path := filepath.Join(folder, filepath.FromSlash(file))
				if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			code, stdout, stderr := sim(t, nil, "init", folder)
			want := strings.ReplaceAll(filepath.FromSlash(tc.want), "{}", folder)
			if code != exitUsage || stdout != "" || !strings.Contains(stderr, want) {
				t.Errorf("exit code %d: %s%s, want %q", code, stdout, stderr, want)
			}
			if diff := cmp.Diff(tc.there, filesOf(t, folder)); diff != "" {
				t.Errorf("files (-before +after):\n%s", diff)
			}
		})
	}
	if code, _, stderr := sim(t, nil, "init", "a", "b"); code != exitUsage || !strings.Contains(stderr, "it takes one folder, found 2: a, b") {
		t.Errorf("two folders: exit code %d: %s", code, stderr)
	}
}

// filesOf a folder and those below it, with slashes.
func filesOf(t *testing.T, folder string) []string {
	t.Helper()
	var files []string
	err := fs.WalkDir(os.DirFS(folder), ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			files = append(files, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
