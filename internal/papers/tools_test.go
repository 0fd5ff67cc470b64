package papers_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/papers"
)

// readBack runs an independent reader on a file and answers what it printed. A
// machine without the reader skips the test, the project's CI does not.
func readBack(t *testing.T, file []byte, reader string, args ...string) string {
	t.Helper()
	path, err := exec.LookPath(reader)
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is not installed, and CI must have it: %v", reader, err)
		}
		t.Skipf("%s is not installed: what it would read back stays unchecked here", reader)
	}
	name := filepath.Join(t.TempDir(), "paper")
	if err := os.WriteFile(name, file, 0o600); err != nil {
		t.Fatal(err)
	}
	for i, arg := range args {
		args[i] = strings.ReplaceAll(arg, "FILE", name)
	}
	var faults strings.Builder
	run := exec.Command(path, args...)
	run.Stderr = &faults
	out, err := run.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", reader, err, faults.String())
	}
	return string(out)
}

func TestPdftotextReadsThePaper(t *testing.T) {
	text := readBack(t, papers.PDF(card), "pdftotext", "-layout", "FILE", "-")
	for _, line := range card.Lines[:5] {
		want := papers.Latin(line.Label) + " " + papers.Latin(line.Value)
		if !strings.Contains(strings.Join(strings.Fields(text), " "), want) {
			t.Errorf("%q is not in what pdftotext read:\n%s", want, text)
		}
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
