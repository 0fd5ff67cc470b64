package papers_test

import (
	"bytes"
	"fmt"
	"image"
	_ "image/jpeg"
	_ "image/png"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	_ "golang.org/x/image/tiff"

	"github.com/kzsim/kzsim/internal/papers"
)

// card is a paper of the usual size.
var card = papers.Paper{
	Title: "Жеке куәлік / Удостоверение личности",
	Lines: []papers.Line{
		{Label: "ИИН", Value: "901123300258"},
		{Label: "Фамилия", Value: "Жұмабаев"},
		{Label: "Имя", Value: "Нұрсұлтан"},
		{Label: "Дата рождения", Value: "1990-11-23"},
		{Label: "Номер", Value: "045123456"},
		{Label: "Адрес", Value: "ҚАЛА IШIНДЕГI АУДАНЫ Жетысуский, УЛИЦА Пушкина, дом 13, квартира 1"},
	},
}

// makers are all the kinds of files, each from one text and the paper around it.
var makers = []struct {
	name   string
	format string // as image.Decode names it, "" for a PDF
	make   func(papers.Paper) []byte
}{
	{"PDF", "", papers.PDF},
	{"JPEG", "jpeg", papers.JPEG},
	{"TIFF", "tiff", papers.TIFF},
	{"QR", "png", func(p papers.Paper) []byte { return papers.QR(p.Title) }},
	{"Barcode", "png", func(p papers.Paper) []byte { return papers.Barcode(p.Title) }},
	{"FacePhoto", "jpeg", func(p papers.Paper) []byte { return papers.FacePhoto(uint64(len(p.Title))) }},
}

// fileErr says what is wrong with a file of the format, or nil.
func fileErr(format string, file []byte) error {
	if format == "" {
		_, err := readPDF(file)
		return err
	}
	img, got, err := image.Decode(bytes.NewReader(file))
	if err != nil {
		return err
	}
	if got != format || img.Bounds().Empty() {
		return fmt.Errorf("decoded a %s of %v, want a %s with pixels", got, img.Bounds(), format)
	}
	return nil
}

func TestEveryFileIsValidAndSmall(t *testing.T) {
	for _, m := range makers {
		t.Run(m.name, func(t *testing.T) {
			file := m.make(card)
			if err := fileErr(m.format, file); err != nil {
				t.Error(err)
			}
			if len(file) > 16<<10 {
				t.Errorf("%d bytes, want at most 16 KiB", len(file))
			}
		})
	}
}

// FuzzAnyInput is also the test of the unusual inputs below.
func FuzzAnyInput(f *testing.F) {
	for _, text := range []string{
		"", " ", "\x00", "\x00\x01\x1b[31m\x7f\u0085", "line\r\nbreak\ttab", "🙂👩‍👩‍👧🇰🇿", "\xff\xfe\xd0",
		`)) ( \ <</Type/Page>> endstream endobj`, "ñòóô", "漢字かな", "Щ", "ЬЪ", "\u202eright to left",
		strings.Repeat("слово ", 1<<12), strings.Repeat("Щ", 1<<12), strings.Repeat("🙂", 1<<12),
	} {
		f.Add(text, text, 1)
	}
	f.Add("many lines", "value", 5000)
	f.Add("many empty lines", "", 5000)
	f.Fuzz(func(t *testing.T, title, value string, lines int) {
		p := papers.Paper{Title: title}
		p.Lines = slices.Repeat([]papers.Line{{Label: title, Value: value}}, min(max(lines, 0), 5000))
		for _, m := range makers {
			file := m.make(p)
			if err := fileErr(m.format, file); err != nil {
				t.Errorf("%s of %.40q: %v", m.name, title, err)
			}
			if len(file) > 64<<10 {
				t.Errorf("%s of %.40q: %d bytes, want at most 64 KiB", m.name, title, len(file))
			}
		}
	})
}

func TestInputShowsInTheFile(t *testing.T) {
	other := papers.Paper{Title: card.Title + " 2", Lines: slices.Clone(card.Lines)}
	for _, m := range makers {
		if bytes.Equal(m.make(card), m.make(other)) {
			t.Errorf("%s is the same file for two titles", m.name)
		}
	}
	other = papers.Paper{Title: card.Title, Lines: slices.Clone(card.Lines)}
	other.Lines[4].Value = "045123457"
	for _, m := range makers[:3] {
		if bytes.Equal(m.make(card), m.make(other)) {
			t.Errorf("%s is the same file for two document numbers", m.name)
		}
	}
	seen := map[string]uint64{}
	for seed := range uint64(200) {
		photo := string(papers.FacePhoto(seed))
		if twin, ok := seen[photo]; ok {
			t.Errorf("seeds %d and %d give one portrait", twin, seed)
		}
		seen[photo] = seed
	}
}

// digests makes every kind of file, in goroutines of their own.
func digests() string {
	sums := make([]string, len(makers))
	var all sync.WaitGroup
	for i, m := range makers {
		all.Go(func() { sums[i] = fmt.Sprintf("%s %x\n", m.name, m.make(card)) })
	}
	all.Wait()
	return strings.Join(sums, "")
}

// TestSameBytesInEveryProcess runs itself once more in a fresh process: an order
// of a map, a clock or a random id would show as a difference.
func TestSameBytesInEveryProcess(t *testing.T) {
	const file = "PAPERS_TEST_DIGESTS"
	if path := os.Getenv(file); path != "" {
		if err := os.WriteFile(path, []byte(digests()), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	path := t.TempDir() + "/digests"
	again := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
	again.Env = append(os.Environ(), file+"="+path, "TZ=Asia/Almaty")
	if out, err := again.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		if diff := cmp.Diff(string(want), digests()); diff != "" {
			t.Fatalf("the other process made other bytes (-other +this):\n%s", diff)
		}
	}
}

func TestPicturesGrowWithTheirText(t *testing.T) {
	long := papers.Paper{Title: card.Title, Lines: slices.Repeat(card.Lines, 3)}
	for _, m := range makers[1:3] {
		small, _, err := image.DecodeConfig(bytes.NewReader(m.make(card)))
		if err != nil {
			t.Fatal(err)
		}
		large, _, err := image.DecodeConfig(bytes.NewReader(m.make(long)))
		if err != nil {
			t.Fatal(err)
		}
		if large.Height <= small.Height || large.Width != small.Width {
			t.Errorf("%s: %dx%d for 6 lines, %dx%d for 18", m.name, small.Width, small.Height, large.Width, large.Height)
		}
	}
}

func BenchmarkPapers(b *testing.B) {
	for _, m := range makers {
		b.Run(m.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				m.make(card)
			}
		})
	}
}
