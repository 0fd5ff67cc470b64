package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/kzsim/kzsim/internal/atomicfile"
)

// TestWatchSeesTheContent: a change that leaves size and time as they were is one.
func TestWatchSeesTheContent(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "edited.yaml")
	at := time.Date(2024, 3, 1, 9, 0, 0, 0, time.UTC)
	write := func(outcome string) {
		t.Helper()
		err := atomicfile.Write(file+".new", []byte(strings.Replace(timeoutRule, "do: timeout", "do: "+outcome, 1)), 0o600)
		if err = errors.Join(err, os.Chtimes(file+".new", at, at), os.Rename(file+".new", file)); err != nil {
			t.Fatal(err)
		}
	}
	write("timeout")
	p := launch(t, nil, "--addr", "127.0.0.1:0", "--scenario", file, "--watch")
	p.address()
	write("invalid")
	if _, ok := p.stderr.wait(`(edited.yaml has changed and is in force)`); !ok {
		t.Fatalf("it says %s", p.stderr)
	}
}
