package commitlog_test

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/commitlog"
	"github.com/kzsim/kzsim/internal/commitlog/commitlogtest"
)

var silent = slog.New(slog.DiscardHandler)

func openFile(t testing.TB, name string) *commitlog.File {
	t.Helper()
	f, err := commitlog.OpenFile(name, silent)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// contents of a storage.
func contents(t testing.TB, s commitlog.Storage) (all []string) {
	t.Helper()
	must(t, s.Load(func(record []byte) error {
		all = append(all, string(record))
		return nil
	}))
	return all
}

func wantContents(t *testing.T, s commitlog.Storage, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, contents(t, s)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func records(texts ...string) (all [][]byte) {
	for _, text := range texts {
		all = append(all, []byte(text))
	}
	return all
}

// TestStorages do what the interface says.
func TestStorages(t *testing.T) {
	name := filepath.Join(t.TempDir(), "log")
	for kind, open := range map[string]func(commitlog.Storage) (commitlog.Storage, error){
		"memory": func(s commitlog.Storage) (commitlog.Storage, error) {
			if s == nil {
				return new(commitlogtest.Memory), nil
			}
			return s, nil
		},
		"file": func(s commitlog.Storage) (commitlog.Storage, error) {
			if s != nil {
				must(t, s.Close())
			}
			return commitlog.OpenFile(name, silent)
		},
	} {
		t.Run(kind, func(t *testing.T) {
			if err := commitlogtest.Conforms(open); err != nil {
				t.Error(err)
			}
		})
	}
}

// smallLog is the bytes of a log of a few records, one of which looks like a log itself, and
// the offsets at which its records end.
func smallLog(t testing.TB) (content []byte, texts []string, ends []int) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "log")
	f := openFile(t, name)
	defer f.Close()
	ends = []int{int(size(t, name))}
	for _, text := range []string{"first", "", "third record", "", "last"} {
		if text == "" && len(ends) == 4 {
			inner, err := os.ReadFile(name)
			must(t, err)
			text = string(inner)
		}
		must(t, f.Append(records(text)))
		texts, ends = append(texts, text), append(ends, int(size(t, name)))
	}
	content, err := os.ReadFile(name)
	must(t, err)
	return content, texts, ends
}

func size(t testing.TB, name string) int64 {
	t.Helper()
	info, err := os.Stat(name)
	must(t, err)
	return info.Size()
}

// load a file with these bytes; the records are nil after an error.
func load(t testing.TB, name string, content []byte) (texts []string, said string, err error) {
	t.Helper()
	must(t, os.WriteFile(name, content, 0o600))
	var log bytes.Buffer
	f, err := commitlog.OpenFile(name, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		return nil, "", err
	}
	defer f.Close()
	texts = []string{}
	if err := f.Load(func(record []byte) error { texts = append(texts, string(record)); return nil }); err != nil {
		if now, _ := os.ReadFile(name); !bytes.Equal(now, content) {
			t.Error("a file that is refused was changed")
		}
		return nil, "", err
	}
	// It goes on from there.
	must(t, f.Append(records("next")))
	if got := contents(t, f); !cmp.Equal(got, append(texts[:len(texts):len(texts)], "next")) {
		t.Errorf("after another record it is %q", got)
	}
	return texts, log.String(), nil
}

// TestCutAnywhere: a file that ends at any byte has the records that are whole by then, and
// the log tells how many bytes were cut off.
func TestCutAnywhere(t *testing.T) {
	t.Parallel()
	content, texts, ends := smallLog(t)
	name, whole := filepath.Join(t.TempDir(), "cut"), 0
	for end := range len(content) + 1 {
		for whole+1 < len(ends) && ends[whole+1] <= end {
			whole++
		}
		got, said, err := load(t, name, content[:end])
		if err != nil {
			t.Fatalf("cut at %d: %v", end, err)
		}
		if diff := cmp.Diff(texts[:whole], got); diff != "" {
			t.Errorf("cut at %d (-want +got):\n%s", end, diff)
		}
		if torn := end > ends[whole]; torn != strings.Contains(said, "was cut off") {
			t.Errorf("cut at %d the log says %q", end, said)
		}
	}
}

// TestFlippedAnywhere: a bit that changed is damage with its place, or, in the last record,
// an unfinished write.
func TestFlippedAnywhere(t *testing.T) {
	t.Parallel()
	content, texts, ends := smallLog(t)
	name := filepath.Join(t.TempDir(), "flipped")
	for at := range content {
		for bit := range 8 {
			changed := bytes.Clone(content)
			changed[at] ^= 1 << bit
			got, _, err := load(t, name, changed)
			switch {
			case at < ends[0]:
				if !errors.Is(err, commitlog.ErrNoLog) {
					t.Errorf("bit %d of byte %d: %v", bit, at, err)
				}
			case at < ends[len(ends)-2]:
				place := " at byte "
				for _, end := range ends {
					if end <= at {
						place = " at byte " + itoa(end) + ","
					}
				}
				if !errors.Is(err, commitlog.ErrDamaged) || !strings.Contains(err.Error(), place) {
					t.Errorf("bit %d of byte %d: %v, want %q", bit, at, err, place)
				}
			case err != nil || !cmp.Equal(got, texts[:len(texts)-1]):
				t.Errorf("bit %d of byte %d: %q, %v", bit, at, got, err)
			}
		}
	}
}

// FuzzLoad: whatever a file holds, it loads to records that were written, or is refused.
func FuzzLoad(f *testing.F) {
	content, texts, ends := smallLog(f)
	f.Add(content)
	f.Add([]byte{})
	f.Add(content[:ends[2]+5])
	f.Add(append(bytes.Clone(content), make([]byte, 100)...))
	f.Add(append(bytes.Clone(content[:ends[1]]), content[ends[2]:]...))
	f.Add(append(bytes.Clone(content), content[ends[0]:]...))
	f.Fuzz(func(t *testing.T, changed []byte) {
		got, _, err := load(t, filepath.Join(t.TempDir(), "log"), changed)
		if err == nil && (len(got) > len(texts) || !cmp.Equal(got, texts[:len(got)])) {
			t.Errorf("it loads to %q", got)
		}
	})
}

// TestOneProcessAtATime: a file that is open is locked, and not after that.
func TestOneProcessAtATime(t *testing.T) {
	name := filepath.Join(t.TempDir(), "log")
	first := openFile(t, name)
	if _, err := commitlog.OpenFile(name, silent); !errors.Is(err, commitlog.ErrInUse) || !strings.Contains(err.Error(), name) {
		t.Errorf("a second one: %v", err)
	}
	must(t, first.Close())
	must(t, openFile(t, name).Close())
}
