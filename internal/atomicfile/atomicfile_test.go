package atomicfile_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/atomicfile"
)

func TestWrite(t *testing.T) {
	cases := []struct {
		name  string
		mode  fs.FileMode
		there string // content of the file before; empty for no file
	}{
		{"a new file", 0o644, ""},
		{"a file of secrets", 0o600, ""},
		{"a file that is there", 0o600, "old, and longer than the new content"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			file := filepath.Join(dir, "state.json")
			if c.there != "" {
				if err := os.WriteFile(file, []byte(c.there), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if err := atomicfile.Write(file, []byte("new"), c.mode); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(map[string]string{"state.json": "new"}, contents(t, dir)); diff != "" {
				t.Errorf("the folder (-want +got):\n%s", diff)
			}
			info, err := os.Stat(file)
			if err != nil {
				t.Fatal(err)
			}
			if runtime.GOOS != "windows" && info.Mode() != c.mode {
				t.Errorf("mode %v, want %v", info.Mode(), c.mode)
			}
		})
	}
}

// TestAFailureLeavesNothing: where the name is a folder's, no file can take its place.
func TestAFailureLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	taken := filepath.Join(dir, "state.json")
	if err := os.Mkdir(taken, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := atomicfile.Write(taken, []byte("new"), 0o600); err == nil {
		t.Error("a file took the place of a folder")
	}
	if err := atomicfile.Write(filepath.Join(dir, "no", "state.json"), []byte("new"), 0o600); err == nil {
		t.Error("a folder was made")
	}
	if diff := cmp.Diff(map[string]string{}, contents(t, dir)); diff != "" {
		t.Errorf("the folder (-want +got):\n%s", diff)
	}
}

// contents of the files of a folder, by name.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, e := range entries {
		if e.IsDir() {
			continue
		}
		content, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all[e.Name()] = string(content)
	}
	return all
}
