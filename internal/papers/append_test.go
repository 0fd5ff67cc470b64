package papers_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/kzsim/kzsim/internal/papers"
	"github.com/kzsim/kzsim/internal/testtool"
)

func statement(lines int) papers.Statement {
	s := papers.Statement{
		Agreement: "KD7", Date: time.Date(2020, 2, 8, 0, 0, 0, 0, time.UTC),
		Borrower: papers.Party{Name: "ӘЛИЕВ ҚАЙРАТ", Kind: "ИИН", ID: "901123300258", Account: "KZ86125KZT5004100100"},
	}
	for range lines {
		s.Lines = append(s.Lines, papers.StatementLine{
			Purpose: "Предоставление кредита по договору № KD7", Side: "D", Amount: "900000.00", Balance: "900000.00", Currency: "KZT",
		})
	}
	return s
}

// rewritten is a PDF as another program writes it.
func rewritten(t *testing.T, file []byte, args ...string) []byte {
	t.Helper()
	dir := t.TempDir()
	from, to := filepath.Join(dir, "from.pdf"), filepath.Join(dir, "to.pdf")
	if err := os.WriteFile(from, file, 0o600); err != nil {
		t.Fatal(err)
	}
	testtool.Need(t, "qpdf")
	if out, err := exec.Command("qpdf", append(args, from, to)...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	made, err := os.ReadFile(to)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// TestAppendPDF: the pages of a statement stand behind those of a scan, whatever program
// wrote it, and other programs read the whole.
func TestAppendPDF(t *testing.T) {
	agreement := agreementOf("Договор")
	for name, scan := range map[string][]byte{
		"as this package writes it": agreement.PDF(),
		"with object streams":       rewritten(t, agreement.PDF(), "--object-streams=generate"),
		"linearized":                rewritten(t, agreement.PDF(), "--linearize"),
		"updated before":            appended(t, agreement.PDF(), statement(1).PDF()),
		"linearized, packed":        rewritten(t, agreement.PDF(), "--linearize", "--object-streams=generate"),
	} {
		t.Run(name, func(t *testing.T) {
			whole := appended(t, scan, statement(20).PDF())
			if !bytes.HasPrefix(whole, scan) {
				t.Error("the file does not begin with the scan")
			}
			readBack(t, whole, "qpdf", "--check", "FILE")
			pages := func(file []byte) string { return readBack(t, file, "qpdf", "--show-npages", "FILE") }
			if before, after := pages(scan), pages(whole); before == after {
				t.Errorf("%s pages before, %s after", before, after)
			}
			text := readBack(t, whole, "pdftotext", "-layout", "FILE", "-")
			_, last, _ := strings.Cut(text, "ВЫПИСКА ПО СЧЁТУ KZ86125KZT5004100100")
			if !strings.Contains(text, "ДОГОВОР БАНКОВСКОГО ЗАЙМА") || strings.Count(last, "900000.00") < 40 || !strings.Contains(last, "ӘЛИЕВ ҚАЙРАТ") {
				t.Errorf("the text:\n%s", text)
			}
		})
	}
}

func appended(t *testing.T, file, own []byte) []byte {
	t.Helper()
	whole, err := papers.AppendPDF(file, own)
	if err != nil {
		t.Fatal(err)
	}
	return whole
}

// TestAppendToOtherFiles: what pages can't be put behind is told.
func TestAppendToOtherFiles(t *testing.T) {
	scan := agreementOf("Договор").PDF()
	for name, test := range map[string]struct {
		file []byte
		says string
	}{
		"a TIFF":           {agreementOf("Договор").TIFF(), "it is no whole PDF"},
		"one line":         {[]byte("%PDF-1.4\n"), "it is no whole PDF"},
		"without an end":   {scan[:len(scan)/2], "it is no whole PDF"},
		"encrypted":        {rewritten(t, scan, "--encrypt", "a", "b", "256", "--"), "it is encrypted"},
		"without a table":  {[]byte("%PDF-1.4\nstartxref\n5\n%%EOF\n"), "its page tree is not found"},
		"without an entry": {bytes.ReplaceAll(scan, []byte("/Count"), []byte("/Kount")), "its page tree is not found"},
		"a huge size":      {bytes.ReplaceAll(scan, []byte("/Size "), []byte("/Size 99999")), "its page tree is not found"},
	} {
		if _, err := papers.AppendPDF(test.file, statement(1).PDF()); err == nil || err.Error() != test.says {
			t.Errorf("%s: %v, want %s", name, err, test.says)
		}
	}
}

func FuzzAppendPDF(f *testing.F) {
	own := statement(1).PDF()
	f.Add(agreementOf("Договор").PDF())
	f.Add([]byte("%PDF-1.5\n1 0 obj<</Type /ObjStm /First 4 /N 1>>stream\n1 0 <<>>\nendstream endobj\nstartxref\n9\n%%EOF"))
	f.Fuzz(func(t *testing.T, file []byte) {
		if whole, err := papers.AppendPDF(file, own); err == nil && !bytes.HasPrefix(whole, file) {
			t.Error("the file does not begin with the scan")
		}
	})
}
