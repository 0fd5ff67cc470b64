package papers_test

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strconv"
)

var (
	startxref = regexp.MustCompile(`startxref\n(\d+)\n%%EOF\n$`)
	xrefHead  = regexp.MustCompile(`^xref\n0 (\d+)\n`)
)

// pdfErr checks the structure of a file: header, cross-reference table, pages.
func pdfErr(file []byte) error {
	if !bytes.HasPrefix(file, []byte("%PDF-1.")) {
		return errors.New("no PDF header")
	}
	if err := xrefErr(file); err != nil {
		return err
	}
	pages := bytes.Count(file, []byte("/Type /Page\n"))
	if pages == 0 || !bytes.Contains(file, fmt.Appendf(nil, "/Count %d\n", pages)) {
		return fmt.Errorf("%d pages, which the list of pages does not count", pages)
	}
	return nil
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
