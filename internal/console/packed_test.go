package console_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/simulator"
	"github.com/kzsim/kzsim/internal/testgolden"
)

// TestPackedWords: what is embedded and served is what people have written.
func TestPackedWords(t *testing.T) {
	files, err := filepath.Glob("words/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files of words: %v", len(files), err)
	}
	for _, name := range files {
		written, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		packed := filepath.Join("static", name+".gz")
		if *testgolden.Update {
			pack(t, packed, written)
		}
		if diff := cmp.Diff(string(written), unpacked(t, packed)); diff != "" {
			t.Errorf("%s, go test ./internal/console -run Packed -update packs it (-written +packed):\n%s", packed, diff)
		}
		if *testgolden.Update {
			continue // what is served was packed before
		}
		if diff := cmp.Diff(string(written), serve(t, simulator.Options{}).do("GET", "/_sim/console/"+name, "").body); diff != "" {
			t.Errorf("%s is served otherwise (-written +served):\n%s", name, diff)
		}
	}
}

func pack(t *testing.T, name string, content []byte) {
	t.Helper()
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err == nil {
		_, err = w.Write(content)
	}
	if err == nil {
		err = w.Close()
	}
	if err == nil {
		err = os.WriteFile(name, packed.Bytes(), 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func unpacked(t *testing.T, name string) string {
	t.Helper()
	packed, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
