//go:build unix

package papers_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/kzsim/kzsim/internal/papers"
)

// cpu is the time that the process has computed, in all its threads.
func cpu() time.Duration {
	var used syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &used)
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// measured runs the loop of a benchmark and reports the processor's time for each
// round, which does not depend on what else the machine does.
func measured(b *testing.B, each func(n int)) {
	b.ReportAllocs()
	begun, n := cpu(), 0
	for b.Loop() {
		each(n)
		n++
	}
	b.ReportMetric(float64(cpu()-begun)/float64(time.Millisecond)/float64(n), "cpu-ms/op")
}

// BenchmarkDrawn draws a new document each time. The aim is at most 25 ms of CPU
// for a PDF, 60 for a card as JPEG, 120 for A4.
func BenchmarkDrawn(b *testing.B) {
	for _, documentType := range []string{"identity_card", "passport", "srts", "large_family_certificate"} {
		d := drawn(owners[0], documentType)
		anew := func(n int) papers.Document {
			d.Code = fmt.Sprint("round ", n)
			return d
		}
		b.Run("pdf/"+documentType, func(b *testing.B) { measured(b, func(n int) { anew(n).PDF() }) })
		b.Run("jpeg/"+documentType, func(b *testing.B) { measured(b, func(n int) { anew(n).JPEG() }) })
	}
	b.Run("agreement/pdf", func(b *testing.B) { measured(b, func(int) { agreement.PDF() }) })
	b.Run("agreement/tiff", func(b *testing.B) { measured(b, func(int) { agreement.TIFF() }) })
}

// BenchmarkKept is a document that was drawn before, in base64 and JSON as it is
// answered; the aim is at most twice the time of a JSON answer of that size.
func BenchmarkKept(b *testing.B) {
	d := drawn(owners[0], "diploma")
	size := len(d.JPEG())
	answer := func(content []byte) {
		_, _ = json.Marshal(map[string]string{"document_image": base64.StdEncoding.EncodeToString(content)})
	}
	other := make([]byte, size)
	b.Run("document", func(b *testing.B) { measured(b, func(int) { answer(d.JPEG()) }) })
	b.Run("json", func(b *testing.B) { measured(b, func(int) { answer(other) }) })
}

// TestDrawnDocumentsAreNotKept counts the memory that stays.
func TestDrawnDocumentsAreNotKept(t *testing.T) {
	heap := func() uint64 {
		runtime.GC()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	d := drawn(owners[0], "identity_card")
	d.PDF()
	before := heap()
	d.Size = 400_000
	for n := range 100 { // 40 MB
		d.Code = fmt.Sprint("document ", n)
		d.PDF()
	}
	const most = 12 << 20 // the cache has 8 MiB, and its keys some
	if after := heap(); after > before+most {
		t.Errorf("%d bytes stay of the documents, at most %d may", after-before, most)
	}
}
