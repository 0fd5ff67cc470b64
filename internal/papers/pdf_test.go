package papers_test

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/papers"
)

var (
	startxref = regexp.MustCompile(`startxref\n(\d+)\n%%EOF\n$`)
	xrefHead  = regexp.MustCompile(`^xref\n0 (\d+)\n`)
	onePage   = regexp.MustCompile(`/Type /Page\n`)
	drawnText = regexp.MustCompile(`(?m)^BT .* Td \((.*)\) Tj ET`)
	unescape  = strings.NewReplacer(`\\`, `\`, `\(`, `(`, `\)`, `)`)
)

// readPDF checks the structure of a file (header, cross-reference table, page
// count) and answers the texts drawn on its page.
func readPDF(file []byte) ([]string, error) {
	if !bytes.HasPrefix(file, []byte("%PDF-1.")) {
		return nil, errors.New("no PDF header")
	}
	if err := xrefErr(file); err != nil {
		return nil, err
	}
	if pages := len(onePage.FindAll(file, -1)); pages != 1 || !bytes.Contains(file, []byte("/Count 1\n")) {
		return nil, fmt.Errorf("%d pages, want 1", pages)
	}
	var texts []string
	for _, m := range drawnText.FindAllSubmatch(file, -1) {
		texts = append(texts, unescape.Replace(string(m[1])))
	}
	return texts, nil
}

// xrefErr follows the file's end to its cross-reference table, and each entry of
// the table to its object.
func xrefErr(file []byte) error {
	end := startxref.FindSubmatch(file)
	if end == nil {
		return errors.New("no startxref at the end")
	}
	at, _ := strconv.Atoi(string(end[1]))
	if at >= len(file) {
		return fmt.Errorf("the table is said to be at %d of %d bytes", at, len(file))
	}
	head := xrefHead.FindSubmatch(file[at:])
	if head == nil {
		return fmt.Errorf("no cross-reference table at byte %d", at)
	}
	count, _ := strconv.Atoi(string(head[1]))
	entries := file[at+len(head[0]):]
	for object := 1; object < count; object++ {
		offset, err := strconv.Atoi(string(entries[20*object : 20*object+10]))
		if err != nil {
			return err
		}
		if want := fmt.Sprintf("%d 0 obj\n", object); !bytes.HasPrefix(file[offset:], []byte(want)) {
			return fmt.Errorf("object %d is not at byte %d", object, offset)
		}
	}
	return nil
}

func TestPDFHoldsItsText(t *testing.T) {
	got, err := readPDF(papers.PDF(papers.Paper{
		Title: "Договор (копия)",
		Lines: []papers.Line{
			{Label: "ИИН", Value: "901123300258"},
			{Label: "A label that is longer than its column", Value: `back\slash`},
			{Value: "a value that is too long for one row, so that it goes on below"},
			{},
			{Label: "Банк", Value: "АО «KASPI BANK»"},
		},
	}))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"Dogovor (kopiya)",
		"IIN", "901123300258",
		"A label that is longer", `back\slash`,
		"than its column",
		"a value that is too long for one row, so that it goes on", "below",
		"Bank", `AO "KASPI BANK"`,
		"SPECIMEN. Made by a simulator, not a document.",
	}
	if diff := cmp.Diff(want, slicesWithout(got, "")); diff != "" {
		t.Errorf("drawn text (-want +got):\n%s", diff)
	}
}

// slicesWithout drops the empty cells of rows.
func slicesWithout(all []string, one string) []string {
	var rest []string
	for _, s := range all {
		if s != one {
			rest = append(rest, s)
		}
	}
	return rest
}

func TestPDFSaysWhenItWasCut(t *testing.T) {
	lines := make([]papers.Line, 200)
	for i := range lines {
		lines[i].Label = fmt.Sprintf("line %d", i)
	}
	fits, err := readPDF(papers.PDF(papers.Paper{Lines: lines[:46]}))
	if err != nil {
		t.Fatal(err)
	}
	cut, err := readPDF(papers.PDF(papers.Paper{Lines: lines}))
	if err != nil {
		t.Fatal(err)
	}
	tail := func(texts []string) []string {
		texts = slicesWithout(texts, "")
		return texts[len(texts)-3 : len(texts)-1]
	}
	if diff := cmp.Diff([]string{"line 44", "line 45"}, tail(fits)); diff != "" {
		t.Errorf("46 lines fit (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"line 44", "..."}, tail(cut)); diff != "" {
		t.Errorf("200 lines do not (-want +got):\n%s", diff)
	}
}

func TestPDFHasFixedDates(t *testing.T) {
	file := papers.PDF(card)
	for _, want := range []string{"/CreationDate (D:20210101000000)", "/ModDate (D:20210101000000)"} {
		if !bytes.Contains(file, []byte(want)) {
			t.Errorf("the file does not hold %q", want)
		}
	}
}
