package papers

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
)

// AppendPDF puts the pages of a PDF that this package has drawn behind those of any other
// PDF, as an incremental update (ISO 32000-1, 7.5.6): what comes out begins with the other
// file, byte for byte. The error says why there can't be pages behind it: the file is
// encrypted or its page tree is not found.
func AppendPDF(file, own []byte) ([]byte, error) {
	base, err := readPDF(file)
	if err != nil {
		return nil, err
	}
	more, err := readPDF(own)
	if err != nil {
		return nil, err
	}
	root := base.size + more.size // above every number of both
	changed := map[int]string{
		base.root:  pagesKey.ReplaceAllString(base.catalog, fmt.Sprintf("/Pages %d 0 R", root)),
		base.pages: withParent(base.tree, root),
		root: fmt.Sprintf("<</Type /Pages /Kids [%d 0 R %d 0 R] /Count %d>>",
			base.pages, more.pages+base.size, base.count+more.count),
	}
	for number, text := range more.objects {
		if number == more.pages {
			text = withParent(text, root-base.size)
		}
		if number != more.root {
			changed[number+base.size] = renumbered(text, base.size)
		}
	}
	return base.update(changed, root+1), nil
}

// withParent is a page tree's object as part of another one.
func withParent(tree string, parent int) string {
	return fmt.Sprintf("<</Parent %d 0 R ", parent) + tree[len("<<"):]
}

var (
	pagesKey = regexp.MustCompile(`/Pages\s+(\d+)\s+0\s+R`)
	indirect = regexp.MustCompile(`\b(\d+) 0 R\b`)
)

// renumbered is an object of this package's own PDFs whose references are so much larger.
// What a stream holds has none.
func renumbered(object string, by int) string {
	head, stream := object, ""
	if at := bytes.Index([]byte(object), []byte("stream\n")); at >= 0 {
		head, stream = object[:at], object[at:]
	}
	return indirect.ReplaceAllStringFunc(head, func(s string) string {
		n, _ := strconv.Atoi(indirect.FindStringSubmatch(s)[1]) // the digits that it matched
		return fmt.Sprintf("%d 0 R", n+by)
	}) + stream
}

// update appends objects and the table that leads to them, of the kind that the file has.
func (f pdfFile) update(changed map[int]string, size int) []byte {
	out := bytes.NewBuffer(slices.Clone(f.bytes))
	if !bytes.HasSuffix(f.bytes, []byte("\n")) {
		out.WriteByte('\n')
	}
	at := map[int]int{}
	for _, number := range slices.Sorted(maps.Keys(changed)) {
		at[number] = out.Len()
		fmt.Fprintf(out, "%d 0 obj\n%s\nendobj\n", number, changed[number])
	}
	table := out.Len()
	trailer := fmt.Sprintf("/Root %d 0 R /Prev %d %s %s", f.root, f.table, f.info, f.id)
	if f.inStream {
		at[size] = table
		f.writeStream(out, at, fmt.Sprintf("/Size %d %s", size+1, trailer))
	} else {
		out.WriteString("xref\n")
		for _, run := range runs(at) {
			fmt.Fprintf(out, "%d %d\n", run[0], len(run))
			for _, number := range run {
				fmt.Fprintf(out, "%010d 00000 n \n", at[number])
			}
		}
		fmt.Fprintf(out, "trailer\n<</Size %d %s>>\n", size, trailer)
	}
	fmt.Fprintf(out, "startxref\n%d\n%%%%EOF\n", table)
	return out.Bytes()
}

// writeStream is the table as a stream (7.5.8), the object with the largest number.
func (f pdfFile) writeStream(out *bytes.Buffer, at map[int]int, trailer string) {
	var index string
	var rows bytes.Buffer
	for _, run := range runs(at) {
		index += fmt.Sprintf("%d %d ", run[0], len(run))
		for _, number := range run {
			n := at[number]
			rows.Write([]byte{1, byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n), 0})
		}
	}
	fmt.Fprintf(out, "%d 0 obj\n<</Type /XRef /W [1 4 1] /Index [%s] /Length %d %s>>\nstream\n",
		slices.Max(slices.Collect(maps.Keys(at))), index, rows.Len(), trailer)
	out.Write(rows.Bytes())
	out.WriteString("\nendstream\nendobj\n")
}

// runs of numbers that follow each other.
func runs(at map[int]int) (all [][]int) {
	for _, number := range slices.Sorted(maps.Keys(at)) {
		if n := len(all); n > 0 && all[n-1][len(all[n-1])-1] == number-1 {
			all[n-1] = append(all[n-1], number)
			continue
		}
		all = append(all, []int{number})
	}
	return all
}

// pdfFile is what is needed of a PDF to put pages behind its own.
type pdfFile struct {
	bytes    []byte
	objects  map[int]string // texts by number, streams included
	table    int            // where the last cross-reference table is
	inStream bool           // the table is a stream
	size     int            // above every number
	root     int            // number of the catalog
	catalog  string
	pages    int    // number of the page tree
	tree     string // its object
	count    int    // of pages
	info, id string // of the trailer, with their keys; empty for none
}

var (
	startXref = regexp.MustCompile(`startxref\s+(\d+)\s+%%EOF`)
	rootKey   = regexp.MustCompile(`/Root\s+(\d+)\s+0\s+R`)
	sizeKey   = regexp.MustCompile(`/Size\s+(\d+)`)
	countKey  = regexp.MustCompile(`/Count\s+(\d+)(?:\s+\d+\s+R)?`)
	infoKey   = regexp.MustCompile(`/Info\s+\d+\s+\d+\s+R`)
	idKey     = regexp.MustCompile(`/ID\s*\[\s*<[0-9A-Fa-f]*>\s*<[0-9A-Fa-f]*>\s*\]`)
)

// mostObjects that readers of PDFs have to know (ISO 32000-1, annex C).
const mostObjects = 8388607

var errNoPages = errors.New("its page tree is not found")

func readPDF(file []byte) (f pdfFile, err error) {
	starts := startXref.FindAllSubmatch(file, -1)
	if !bytes.HasPrefix(file, []byte("%PDF-")) || len(starts) == 0 {
		return f, errors.New("it is no whole PDF")
	}
	f.bytes = file
	f.table, err = strconv.Atoi(string(starts[len(starts)-1][1]))
	if err != nil || f.table >= len(file) {
		return f, errNoPages
	}
	trailer := string(dictionary(file[f.table:]))
	f.inStream = !bytes.HasPrefix(file[f.table:], []byte("xref"))
	f.info, f.id = infoKey.FindString(trailer), idKey.FindString(trailer)
	if bytes.Contains([]byte(trailer), []byte("/Encrypt")) {
		return f, errors.New("it is encrypted")
	}
	f.objects = objectsOf(file)
	f.size = max(slices.Max(append(slices.Collect(maps.Keys(f.objects)), 0))+1, numberOf(sizeKey, trailer))
	if f.size > mostObjects {
		return f, errNoPages
	}
	if f.root, f.catalog = f.follow(rootKey, trailer); f.root == 0 {
		return f, errNoPages
	}
	if f.pages, f.tree = f.follow(pagesKey, f.catalog); f.pages == 0 {
		return f, errNoPages
	}
	count := countKey.FindStringSubmatch(f.tree)
	if count == nil || count[0][len(count[0])-1] == 'R' {
		return f, errNoPages
	}
	f.count, err = strconv.Atoi(count[1])
	return f, err
}

// follow a reference to a dictionary; number 0 if there is none.
func (f pdfFile) follow(key *regexp.Regexp, in string) (number int, text string) {
	found := key.FindStringSubmatch(in)
	if found == nil {
		return 0, ""
	}
	number, _ = strconv.Atoi(found[1]) // 0 is no object
	text = string(dictionary([]byte(f.objects[number])))
	if text == "" {
		return 0, ""
	}
	return number, text
}

// dictionary is the first one in a text, with what it holds; nil if none is whole.
func dictionary(text []byte) []byte {
	begin := bytes.Index(text, []byte("<<"))
	if begin < 0 {
		return nil
	}
	depth, strings := 0, 0
	for i := begin; i < len(text); i++ {
		switch c := text[i]; {
		case strings > 0 && c == '\\':
			i++
		case c == '(':
			strings++
		case c == ')':
			strings = max(strings-1, 0)
		case strings == 0 && bytes.HasPrefix(text[i:], []byte("<<")):
			depth, i = depth+1, i+1
		case strings == 0 && bytes.HasPrefix(text[i:], []byte(">>")):
			if depth, i = depth-1, i+1; depth == 0 {
				return text[begin : i+1]
			}
		}
	}
	return nil
}

var objectHead = regexp.MustCompile(`(?:^|[\s>])(\d{1,7})\s+\d{1,5}\s+obj\b`)

// objectsOf a file by their numbers, those in object streams included; the last of a number
// stands.
func objectsOf(file []byte) map[int]string {
	all := map[int]string{}
	heads := objectHead.FindAllSubmatchIndex(file, -1)
	for i, at := range heads {
		number, _ := strconv.Atoi(string(file[at[2]:at[3]])) // digits
		body := file[at[1]:]
		if i+1 < len(heads) {
			body = file[at[1]:heads[i+1][0]]
		}
		if end := bytes.Index(body, []byte("endobj")); end >= 0 {
			body = body[:end]
		}
		all[number] = string(bytes.TrimSpace(body))
	}
	packed, room := map[int]string{}, int64(mostUnpacked)
	for _, number := range slices.Sorted(maps.Keys(all)) {
		room -= unpack(all[number], packed, room)
	}
	for number, text := range packed {
		if _, plain := all[number]; !plain {
			all[number] = text
		}
	}
	return all
}
