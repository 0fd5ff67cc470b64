// Package paperstest reads in tests what the PDFs of internal/papers say.
package paperstest

import (
	"bytes"
	"compress/zlib"
	"io"
	"regexp"
	"strings"
	"unicode/utf16"
)

var texts = regexp.MustCompile(`(?s)Td \((.*?)\) Tj ET`)

var unescape = strings.NewReplacer(`\\`, `\`, `\(`, `(`, `\)`, `)`, `\r`, "\r")

// Lines are the texts that are drawn on the pages of a PDF, each as it was written.
// What is no page is left out.
func Lines(file []byte) []string {
	var lines []string
	for _, part := range bytes.Split(file, []byte("\nendstream")) {
		_, stream, _ := bytes.Cut(part, []byte("stream\n"))
		reader, err := zlib.NewReader(bytes.NewReader(stream))
		if err != nil {
			continue
		}
		content, err := io.ReadAll(reader)
		if err != nil {
			continue
		}
		for _, drawn := range texts.FindAllSubmatch(content, -1) {
			lines = append(lines, decoded(unescape.Replace(string(drawn[1]))))
		}
	}
	return lines
}

func decoded(utf16be string) string {
	var units []uint16
	for i := 0; i+1 < len(utf16be); i += 2 {
		units = append(units, uint16(utf16be[i])<<8|uint16(utf16be[i+1]))
	}
	return string(utf16.Decode(units))
}

// Has reports whether a PDF shows a text, on however many lines it stands.
func Has(file []byte, text string) bool {
	return strings.Contains(Solid(strings.Join(Lines(file), "")), Solid(text))
}

// Solid is a text without white space.
func Solid(text string) string { return strings.Join(strings.Fields(text), "") }
