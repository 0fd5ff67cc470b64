package commitlog_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/commitlog"
	"github.com/kzsim/kzsim/internal/commitlog/commitlogtest"
)

func itoa(n int) string { return strconv.Itoa(n) }

var errFull = errors.New("no space left on device")

// fullDisk has room for so many bytes more.
type fullDisk struct {
	*os.File
	room *atomic.Int64
}

func (d fullDisk) WriteAt(p []byte, at int64) (int, error) {
	if left := d.room.Add(-int64(len(p))); left < 0 {
		fits := max(0, int64(len(p))+left)
		d.room.Store(0)
		n, _ := d.File.WriteAt(p[:fits], at)
		return n, errFull
	}
	return d.File.WriteAt(p, at)
}

// openFull opens a file on a disk that can be full.
func openFull(t *testing.T, name string) (*commitlog.File, *atomic.Int64) {
	t.Helper()
	room := new(atomic.Int64)
	room.Store(1 << 40)
	f, err := commitlog.OpenFileOn(name, func(name string, flags int) (commitlog.Disk, error) {
		file, err := commitlog.OpenDisk(name, flags)
		return fullDisk{file, room}, err
	})
	must(t, err)
	return f, room
}

// TestAFullDiskLeavesTheFileWhole, however much of a write it takes.
func TestAFullDiskLeavesTheFileWhole(t *testing.T) {
	for room := range int64(64) {
		f, disk := openFull(t, filepath.Join(t.TempDir(), "log"))
		must(t, f.Append(records("kept")))
		disk.Store(room)
		err := f.Append(records("not kept", "nor this", "or this"))
		disk.Store(1 << 40)
		want := []string{"kept", "as long."}
		if room >= 12*3+8+8+7 {
			must(t, err)
			want = []string{"kept", "not kept", "nor this", "or this", "as long."}
		} else if !errors.Is(err, errFull) {
			t.Errorf("room for %d bytes: %v", room, err)
		}
		must(t, f.Append(records("as long.")))
		wantContents(t, f, want...)
		must(t, f.Close())
	}
}

// tally is what a test keeps: numbers that are added, each in an entry of its own. Its records are
// sums, so that a record that is lost or comes twice is seen.
type tally struct {
	mu     sync.Mutex
	sum    int
	during func() // what happens while a snapshot is on its way
}

type sum struct{ from, to int }

func (s sum) Weight() int { return 1 }

func (s sum) Encode(add func([]byte)) error {
	add(fmt.Appendf(nil, "%d>%d", s.from, s.to))
	return nil
}

func (c *tally) add(w *commitlog.Writer, n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	w.Put(sum{c.sum, c.sum + n})
	c.sum += n
}

func (c *tally) snapshot(add func([]byte) error) error {
	c.mu.Lock()
	now := c.sum
	c.mu.Unlock()
	if c.during != nil {
		c.during()
	}
	return add(fmt.Appendf(nil, "=%d", now))
}

// total that a storage leads to. A snapshot holds what stands behind it and is not above it.
func total(t *testing.T, s commitlog.Storage) (sum int) {
	t.Helper()
	for _, record := range contents(t, s) {
		if whole, ok := strings.CutPrefix(record, "="); ok {
			sum, _ = strconv.Atoi(whole)
			continue
		}
		var from, to int
		if _, err := fmt.Sscanf(record, "%d>%d", &from, &to); err != nil {
			t.Fatalf("%q: %v", record, err)
		}
		if to <= sum {
			continue
		}
		if from != sum {
			t.Errorf("the record %q comes after %d: one is lost", record, sum)
		}
		sum = to
	}
	return sum
}

func (c *tally) writer(t *testing.T, s commitlog.Storage, log *slog.Logger) *commitlog.Writer {
	t.Helper()
	machine, err := clock.New(clock.Settings{})
	must(t, err)
	return commitlog.NewWriter(commitlog.Options{
		Storage: s, Clock: machine, Interval: 50 * time.Millisecond, Sync: commitlog.Group, Snapshot: c.snapshot, Log: log,
	})
}

// TestAFullDisk: it is told at once, what was kept stays, the next try that works
// writes a whole snapshot, and what is committed meanwhile stands behind it.
func TestAFullDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		name := filepath.Join(t.TempDir(), "log")
		f, disk := openFull(t, name)
		var c tally
		var said bytes.Buffer
		w := c.writer(t, f, slog.New(slog.NewTextHandler(&said, nil)))
		c.add(w, 1)
		w.Flush()
		disk.Store(0)
		began := time.Now()
		c.add(w, 10)
		w.Flush()
		synctest.Wait()
		if since, failing := w.Failing(); !failing || since.Before(began) || !strings.Contains(said.String(), "no space left") {
			t.Errorf("failing: %v since %v; the log says %s", failing, since, &said)
		}
		for range 10 {
			c.add(w, 100)
			w.Flush()
		}
		copied := filepath.Join(t.TempDir(), "copy")
		content, err := os.ReadFile(name)
		must(t, err)
		must(t, os.WriteFile(copied, content, 0o600))
		meanwhile := openFile(t, copied)
		if got := total(t, meanwhile); got != 1 {
			t.Errorf("meanwhile the file has %d", got)
		}
		must(t, meanwhile.Close())
		c.during = func() {
			c.add(w, 5)
			w.Flush()
		}
		disk.Store(1 << 40)
		for range 300 { // ten milliseconds each: some before, some during, some after the snapshot
			c.add(w, 1000)
			<-time.After(10 * time.Millisecond)
		}
		if _, failing := w.Failing(); failing || !strings.Contains(said.String(), "state is kept again") {
			t.Errorf("failing: %v; the log says %s", failing, &said)
		}
		c.during = nil // what is put during the end is not kept
		must(t, w.Close())
		again := openFile(t, name)
		if got := total(t, again); got != c.sum {
			t.Errorf("the file has %d, want %d", got, c.sum)
		}
		must(t, again.Close())
	})
}

// TestAFullDiskAtTheEnd is an error.
func TestAFullDiskAtTheEnd(t *testing.T) {
	f, disk := openFull(t, filepath.Join(t.TempDir(), "log"))
	var c tally
	w := c.writer(t, f, silent)
	disk.Store(0)
	c.add(w, 1)
	if err := w.Close(); !errors.Is(err, errFull) {
		t.Errorf("the end is %v", err)
	}
}

// TestRewritingWhileItGrows: a log that grows is rewritten while it goes on, and has all that was
// put.
func TestRewritingWhileItGrows(t *testing.T) {
	name := filepath.Join(t.TempDir(), "log")
	f := openFile(t, name)
	var c tally
	began := make(chan struct{})
	machine, err := clock.New(clock.Settings{})
	must(t, err)
	w := commitlog.NewWriter(commitlog.Options{Storage: f, Clock: machine, Sync: commitlog.Never, Log: silent,
		Snapshot: func(add func([]byte) error) error {
			select {
			case <-began:
			default:
				close(began)
			}
			return c.snapshot(add)
		},
	})
	const writers, each = 4, 50_000
	var wg sync.WaitGroup
	for range writers {
		wg.Go(func() {
			for n := range each {
				c.add(w, 1)
				if n%10_000 == 0 {
					w.Flush()
				}
			}
		})
	}
	wg.Wait()
	<-began // by itself
	must(t, w.Close())
	again := openFile(t, name)
	defer again.Close()
	if got := total(t, again); got != writers*each {
		t.Errorf("the file has %d, want %d", got, writers*each)
	}
	if n := len(contents(t, again)); n > 1 {
		t.Errorf("after a clean end it has %d records", n)
	}
}

// counting counts the calls of a storage.
type counting struct {
	commitlogtest.Memory
	appends, syncs atomic.Int64
}

func (s *counting) Append(records [][]byte) error { s.appends.Add(1); return s.Memory.Append(records) }
func (s *counting) Sync() error                   { s.syncs.Add(1); return s.Memory.Sync() }

// TestGroups: what comes within the interval is written once; under always each that waits is
// kept before it goes on.
func TestGroups(t *testing.T) {
	for sync, want := range map[commitlog.Sync][2]int64{
		commitlog.Group: {3, 3}, commitlog.Never: {3, 0}, commitlog.Always: {30, 30},
	} {
		t.Run(string(sync), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				machine, err := clock.New(clock.Settings{})
				must(t, err)
				var s counting
				var c tally
				w := commitlog.NewWriter(commitlog.Options{
					Storage: &s, Clock: machine, Interval: 50 * time.Millisecond, Sync: sync, Snapshot: c.snapshot, Log: silent,
				})
				for range 3 {
					for range 10 {
						c.add(w, 1)
						w.WaitForAll()
						if sync == commitlog.Always && total(t, &s) != c.sum {
							t.Errorf("the storage has %d before %d goes on", total(t, &s), c.sum)
						}
					}
					<-time.After(time.Second)
				}
				if got := [2]int64{s.appends.Load(), s.syncs.Load()}; got != want {
					t.Errorf("%v writes and syncs, want %v (-want +got):\n%s", got, want, cmp.Diff(want, got))
				}
				must(t, w.Close())
			})
		})
	}
}
