package papers_test

import (
	"bytes"
	"fmt"
	"image"
	_ "image/jpeg"
	_ "image/png"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	_ "golang.org/x/image/tiff"

	"github.com/kzsim/kzsim/internal/papers"
	"github.com/kzsim/kzsim/internal/population"
)

// makers are all the kinds of files, each from one text.
var makers = []struct {
	name   string
	format string // as image.Decode names it, "" for a PDF
	make   func(text string) []byte
}{
	{"PDF", "", func(text string) []byte { return document(text).PDF() }},
	{"JPEG", "jpeg", func(text string) []byte { return document(text).JPEG() }},
	{"agreement", "", func(text string) []byte { return agreementOf(text).PDF() }},
	{"TIFF", "tiff", func(text string) []byte { return agreementOf(text).TIFF() }},
	{"QR", "png", papers.QR},
	{"Barcode", "png", papers.Barcode},
	{"FacePhoto", "jpeg", func(text string) []byte {
		return papers.FacePhoto(papers.Face{Seed: uint64(len(text)), Age: len(text)})
	}},
}

// document has the text wherever a text may be.
func document(text string) papers.Document {
	d := drawn(owners[0], population.DocumentTypes()[len(text)%24])
	d.Data = changed(d.Data, func(_ string, v any) any {
		if _, ok := v.(string); ok {
			return text
		}
		return v
	}).(map[string]any)
	d.Code, d.Bars = text, text
	return d
}

func agreementOf(text string) papers.Agreement {
	a := agreement
	a.Number, a.City, a.CreditLine, a.Currency, a.File, a.Months = text, text, text, text, text, len(text)
	a.Bank = papers.Party{Name: text, Kind: text, ID: text, Address: text, Phone: text, Account: text, Signatory: text}
	a.Borrower = a.Bank
	return a
}

// fileErr says what is wrong with a file of the format, or nil.
func fileErr(format string, file []byte) error {
	if format == "" {
		return pdfErr(file)
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

// FuzzAnyInput is also the test of the unusual inputs below.
func FuzzAnyInput(f *testing.F) {
	for _, text := range []string{
		"", " ", "\x00", "\x00\x01\x1b[31m\x7f\u0085", "line\r\nbreak\ttab", "🙂👩‍👩‍👧🇰🇿", "\xff\xfe\xd0", "\xfa", "Қ\xd0",
		`)) ( \ <</Type/Page>> endstream endobj`, "漢字かな", "ЬЪ", "\u202eright to left",
		strings.Repeat("слово ", 1<<12), strings.Repeat("Щ", 1<<12), strings.Repeat("🙂", 1<<12),
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, m := range makers {
			if err := fileErr(m.format, m.make(text)); err != nil {
				t.Errorf("%s of %.40q: %v", m.name, text, err)
			}
		}
	})
}

func TestInputShowsInTheFile(t *testing.T) {
	for _, m := range makers {
		if bytes.Equal(m.make("KD0000000001"), m.make("KD0000000002 ")) {
			t.Errorf("%s is the same file for two texts", m.name)
		}
	}
	seen := map[string]uint64{}
	for seed := range uint64(200) {
		photo := string(papers.FacePhoto(papers.Face{Seed: seed, Age: 30}))
		if twin, ok := seen[photo]; ok {
			t.Errorf("seeds %d and %d give one portrait", twin, seed)
		}
		seen[photo] = seed
	}
	man, woman := papers.Face{Seed: 1, Age: 40}, papers.Face{Seed: 1, Age: 40, Woman: true}
	if bytes.Equal(papers.FacePhoto(man), papers.FacePhoto(woman)) {
		t.Error("a man and a woman have one portrait")
	}
	old := papers.Face{Seed: 1, Age: 70}
	if bytes.Equal(papers.FacePhoto(man), papers.FacePhoto(old)) {
		t.Error("a man has one portrait at 40 and at 70")
	}
}

// TestPicturesHaveTheSizeOfTheirPaper at 200 dots an inch, whatever stands on it.
func TestPicturesHaveTheSizeOfTheirPaper(t *testing.T) {
	t.Parallel()
	sizes := map[papers.Layout]image.Point{
		papers.Certificate: image.Pt(1654, 2339), papers.VehiclePaper: image.Pt(1654, 1165), papers.Passport: image.Pt(984, 1386),
		papers.IDCard: image.Pt(769, 1016), papers.DrivingLicence: image.Pt(769, 1016),
	}
	for documentType, both := range samples() {
		for _, d := range both {
			got, format, err := image.Decode(bytes.NewReader(d.jpeg()))
			if err != nil || format != "jpeg" || got.Bounds().Size() != sizes[d.Form.Layout] {
				t.Errorf("%s: %s, error %v", documentType, format, err)
			}
		}
	}
}

func TestFilesHaveTheSizeThatIsAskedFor(t *testing.T) {
	large := drawn(owners[0], "identity_card")
	large.Size = 20_000_000
	for name, file := range map[string][]byte{"pdf": large.PDF(), "jpeg": large.JPEG()} {
		if len(file) > large.Size || len(file) < large.Size-100 {
			t.Errorf("the %s has %d bytes", name, len(file))
		}
		if err := fileErr(map[string]string{"jpeg": "jpeg"}[name], file); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// digests makes every kind of file, in goroutines of their own.
func digests() string {
	sums := make([]string, len(makers)+2*len(population.DocumentTypes()))
	var all sync.WaitGroup
	for i, m := range makers {
		all.Go(func() { sums[i] = fmt.Sprintf("%s %x\n", m.name, m.make("ДБЗ № 5")) })
	}
	for i, documentType := range population.DocumentTypes() {
		usual := samples()[documentType][0]
		all.Go(func() { sums[len(makers)+2*i] = fmt.Sprintf("%s %x\n", documentType, usual.pdf()) })
		all.Go(func() { sums[len(makers)+2*i+1] = fmt.Sprintf("%s %x\n", documentType, usual.jpeg()) })
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
	if diff := cmp.Diff(string(want), digests()); diff != "" {
		t.Fatalf("the other process made other bytes (-other +this):\n%.2000s", diff)
	}
}
