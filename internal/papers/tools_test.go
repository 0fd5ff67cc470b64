package papers_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/papers"
	"github.com/kzsim/kzsim/internal/papers/paperstest"
	"github.com/kzsim/kzsim/internal/testtool"
)

// readBack runs an independent reader on a file and answers what it printed.
func readBack(t *testing.T, file []byte, reader string, args ...string) string {
	t.Helper()
	testtool.Need(t, reader)
	name := filepath.Join(t.TempDir(), "paper")
	if err := os.WriteFile(name, file, 0o600); err != nil {
		t.Fatal(err)
	}
	for i, arg := range args {
		args[i] = strings.ReplaceAll(arg, "FILE", name)
	}
	var faults strings.Builder
	run := exec.Command(reader, args...)
	run.Stderr = &faults
	out, err := run.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", reader, err, faults.String())
	}
	return string(out)
}

// everyPDF runs a test on documents of all types, of the usual and of the longest
// names.
func everyPDF(t *testing.T, test func(t *testing.T, d papers.Document, file []byte)) {
	t.Helper()
	for documentType, both := range samples() {
		t.Run(documentType, func(t *testing.T) {
			t.Parallel()
			for _, one := range both {
				test(t, one.Document, one.pdf())
			}
		})
	}
}

func TestPdftotextReadsEveryValue(t *testing.T) {
	everyPDF(t, func(t *testing.T, d papers.Document, file []byte) {
		text := paperstest.Solid(readBack(t, file, "pdftotext", "-raw", "FILE", "-"))
		for _, value := range append(printed(t, d.Data), "ҮЛГІ · ОБРАЗЕЦ · SPECIMEN") {
			if !strings.Contains(text, paperstest.Solid(value)) {
				t.Errorf("%q is not in what pdftotext read:\n%s", value, text)
			}
		}
	})
}

func TestPdftotextReadsTheAgreement(t *testing.T) {
	text := paperstest.Solid(readBack(t, agreement.PDF(), "pdftotext", "-raw", "FILE", "-"))
	for _, value := range ofTheLoan {
		if !strings.Contains(text, paperstest.Solid(value)) {
			t.Errorf("%q is not in what pdftotext read:\n%s", value, text)
		}
	}
}

func TestKazakhLettersAreCopied(t *testing.T) {
	const letters = "ҚӘІҢҒҮҰӨҺ қәіңғүұөһ Ёё № ₸ «»"
	d := drawn(owners[0], "identity_card")
	d.Data["common"].(map[string]any)["docOwner"].(map[string]any)["firstName"] = letters
	text := readBack(t, d.PDF(), "pdftotext", "-raw", "FILE", "-")
	if !strings.Contains(paperstest.Solid(text), paperstest.Solid(letters)) {
		t.Errorf("pdftotext read:\n%s", text)
	}
}

var fontLine = regexp.MustCompile(`(?m)^\S.* (yes|no) +(yes|no) +(yes|no) +\d+ +\d+$`)

func TestPdffontsShowsEmbeddedFontsOnly(t *testing.T) {
	everyPDF(t, func(t *testing.T, _ papers.Document, file []byte) {
		text := readBack(t, file, "pdffonts", "FILE")
		fonts := fontLine.FindAllStringSubmatch(text, -1)
		if len(fonts) == 0 {
			t.Fatalf("no font:\n%s", text)
		}
		for _, font := range fonts {
			if font[1] != "yes" || font[3] != "yes" {
				t.Errorf("not embedded, or without a map to Unicode:\n%s", text)
			}
		}
	})
	if text := readBack(t, agreement.PDF(), "pdffonts", "FILE"); !fontLine.MatchString(text) || strings.Contains(text, " no  no ") {
		t.Errorf("the agreement:\n%s", text)
	}
}

func TestQpdfFindsNothing(t *testing.T) {
	everyPDF(t, func(t *testing.T, _ papers.Document, file []byte) {
		readBack(t, file, "qpdf", "--check", "FILE") // fails where there is a warning
	})
	readBack(t, agreement.PDF(), "qpdf", "--check", "FILE")
	large := drawn(owners[0], "diploma")
	large.Size = 1 << 20
	readBack(t, large.PDF(), "qpdf", "--check", "FILE")
}

func TestPdfinfoTellsTheDocument(t *testing.T) {
	d := drawn(owners[0], "birth_certificate")
	text := readBack(t, d.PDF(), "pdfinfo", "-rawdates", "FILE")
	for _, want := range []string{"Туу туралы куәлік / Свидетельство о рождении", "D:" + d.Made.Format("20060102") + "000000", "(A4)"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in:\n%s", want, text)
		}
	}
}

// TestZbarimgReadsThePage reads both codes from the JPEG, and from the PDF as
// pdftoppm draws it. Where they stand does not depend on names.
func TestZbarimgReadsThePage(t *testing.T) {
	testtool.Need(t, "zbarimg")
	for documentType, both := range samples() {
		t.Run(documentType, func(t *testing.T) {
			t.Parallel()
			usual, long := both[0], both[1]
			want := []string{usual.Code, papers.Latin(usual.Bars)}
			slices.Sort(want)
			for name, picture := range map[string][]byte{
				"the JPEG": long.jpeg(),
				"the PDF":  []byte(readBack(t, usual.pdf(), "pdftoppm", "-r", "120", "-gray", "-singlefile", "FILE")),
			} {
				got := strings.Split(strings.TrimSpace(readBack(t, picture, "zbarimg", "--quiet", "--raw", "-Sx-density=2", "-Sy-density=2", "FILE")), "\n")
				slices.Sort(got)
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s: zbarimg read (-want +got):\n%s", name, diff)
				}
			}
		})
	}
}

func TestZbarimgReadsTheCodes(t *testing.T) {
	long := strings.Repeat("0123456789", 30)
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"link":           {papers.QR("https://example.kz/d/901123300258?x=1"), "https://example.kz/d/901123300258?x=1"},
		"kazakh":         {papers.QR("Жеке куәлік ҚӘІҢҒҮҰӨҺ"), "Жеке куәлік ҚӘІҢҒҮҰӨҺ"},
		"long":           {papers.QR(long), long[:120]},
		"reference":      {papers.Barcode("PTPJ200000000037"), "PTPJ200000000037"},
		"transliterated": {papers.Barcode("Куәлік № 5"), "Kualik No. 5"},
		"long bars":      {papers.Barcode(long), long[:80]},
	} {
		t.Run(name, func(t *testing.T) {
			got := readBack(t, c.file, "zbarimg", "--quiet", "--raw", "FILE")
			if diff := cmp.Diff(c.want, strings.TrimSuffix(got, "\n")); diff != "" {
				t.Errorf("zbarimg read (-want +got):\n%s", diff)
			}
		})
	}
}
