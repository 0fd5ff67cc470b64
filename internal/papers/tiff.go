package papers

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"image"
)

// Tags and types of TIFF 6.0 as far as a grey picture needs them.
const (
	tiffShort    = 3
	tiffLong     = 4
	tiffRational = 5

	deflated   = 8
	blackZero  = 1
	inchesUnit = 2
)

// tiffEntry is one field of a page's directory; its value fits four bytes or is
// an offset.
type tiffEntry struct {
	tag, kind uint16
	count     uint32
	value     uint32
}

// tiffOf encodes grey pictures of 200 dots an inch as the pages of one file.
// golang.org/x/image/tiff writes one page only.
func tiffOf(pages []*image.Gray) []byte {
	file := []byte("II*\x00\x00\x00\x00\x00")
	link := 4 // where the offset of the next directory goes
	for i, img := range pages {
		pixels := uint32(len(file))
		file = append(file, deflate(img)...)
		length := uint32(len(file)) - pixels
		resolution := uint32(len(file))
		file = binary.LittleEndian.AppendUint32(file, dotsPerInch)
		file = binary.LittleEndian.AppendUint32(file, 1)
		if len(file)%2 == 1 { // a directory begins on a word
			file = append(file, 0)
		}
		binary.LittleEndian.PutUint32(file[link:], uint32(len(file)))
		w, h := uint32(img.Rect.Dx()), uint32(img.Rect.Dy())
		file = appendDirectory(file, []tiffEntry{
			{254, tiffLong, 1, 2}, // a page of several
			{256, tiffLong, 1, w},
			{257, tiffLong, 1, h},
			{258, tiffShort, 1, 8},
			{259, tiffShort, 1, deflated},
			{262, tiffShort, 1, blackZero},
			{273, tiffLong, 1, pixels},
			{277, tiffShort, 1, 1},
			{278, tiffLong, 1, h},
			{279, tiffLong, 1, length},
			{282, tiffRational, 1, resolution},
			{283, tiffRational, 1, resolution},
			{296, tiffShort, 1, inchesUnit},
			{297, tiffShort, 2, uint32(i) | uint32(len(pages))<<16},
		})
		link = len(file) - 4
	}
	return file
}

// appendDirectory leaves the offset of the next directory 0.
func appendDirectory(file []byte, entries []tiffEntry) []byte {
	file = binary.LittleEndian.AppendUint16(file, uint16(len(entries)))
	for _, e := range entries {
		file = binary.LittleEndian.AppendUint16(file, e.tag)
		file = binary.LittleEndian.AppendUint16(file, e.kind)
		file = binary.LittleEndian.AppendUint32(file, e.count)
		file = binary.LittleEndian.AppendUint32(file, e.value)
	}
	return append(file, 0, 0, 0, 0)
}

func deflate(img *image.Gray) []byte {
	var out bytes.Buffer
	w, _ := zlib.NewWriterLevel(&out, zlib.BestSpeed) // fails only on an unknown level
	_, _ = w.Write(img.Pix)
	_ = w.Close() // a buffer takes all
	return out.Bytes()
}
