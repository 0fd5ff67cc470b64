package main

import (
	"io"
	"net/http"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestCollectedSeldom: a small heap grows to leastHeap before it is collected, also when the
// journal takes more of it, unless GOGC says something else.
func TestCollectedSeldom(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, env   string
		least, most int64 // bytes that the heap grows to
	}{
		{"by default", "GOGC=", 24 << 20, 40 << 20},
		{"as GOGC says", "GOGC=50", 1, 20 << 20},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			sim := exec.CommandContext(t.Context(), shipped(t), "serve", "--addr", "127.0.0.1:0", "--config=")
			sim.Env = append(sim.Environ(), test.env)
			base := firstMatch(t, sim, true, `http://127\.0\.0\.1:\d+`)
			long := `{"api_key":"any","iin":"901123300258","fio":"` + strings.Repeat("a", 300_000) + `"}`
			for range 80 { // the journal keeps 64 KiB of each
				resp, err := http.Post(base+"/api/v1/backend/address/approve/", "application/json", strings.NewReader(long))
				if err != nil {
					t.Fatal(err)
				}
				resp.Body.Close()
			}
			bound := int64(0)
			for begin := time.Now(); time.Since(begin) < 10*time.Second; rest(begin, seldom) { // the last collection may be under way
				if bound = nextCollection(t, base); bound >= test.least && bound <= test.most {
					return
				}
			}
			t.Errorf("the heap is collected at %d bytes, want %d to %d", bound, test.least, test.most)
		})
	}
}

var nextGC = regexp.MustCompile(`(?m)^go_memstats_next_gc_bytes (\d+)$`)

// nextCollection is how large the heap is when it is collected next, in bytes.
func nextCollection(t *testing.T, base string) int64 {
	t.Helper()
	resp, err := http.Get(base + "/_sim/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	found := nextGC.FindSubmatch(text)
	if found == nil {
		t.Fatalf("no go_memstats_next_gc_bytes:\n%s", text)
	}
	bytes, _ := strconv.ParseInt(string(found[1]), 10, 64)
	return bytes
}
