package commitlog

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
)

// magic is what a file begins with. Its number is the version of the format.
const magic = "kzsim commits 1\n"

// A record stands in the file as a header and its bytes. The header is its length, the
// checksum of its bytes, and the checksum of these two and of the offset at which the
// record stands: what a record holds is never taken for a record.
const headerSize = 12

// longestRecord in bytes: a length above it is no length.
const longestRecord = 1 << 30

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// appendFrame adds a record that will stand at an offset of the file.
func appendFrame(to []byte, at int64, record []byte) []byte {
	to = binary.BigEndian.AppendUint32(to, uint32(len(record)))
	to = binary.BigEndian.AppendUint32(to, crc32.Checksum(record, castagnoli))
	to = binary.BigEndian.AppendUint32(to, headerSum(to[len(to)-8:], at))
	return append(to, record...)
}

func headerSum(lengthAndSum []byte, at int64) uint32 {
	var place [8]byte
	binary.BigEndian.PutUint64(place[:], uint64(at))
	return crc32.Update(crc32.Checksum(lengthAndSum, castagnoli), castagnoli, place[:])
}

// header of a record.
type header struct{ length, sum uint32 }

// readHeader of a record that stands at an offset; false if there is none.
func readHeader(raw []byte, at int64) (header, bool) {
	if len(raw) < headerSize {
		return header{}, false
	}
	h := header{binary.BigEndian.Uint32(raw), binary.BigEndian.Uint32(raw[4:])}
	return h, h.length <= longestRecord && binary.BigEndian.Uint32(raw[8:]) == headerSum(raw[:8], at)
}

// wholeRecord finds the first whole record in the bytes that stand at an offset of the
// file, beginning behind their first one; false if there is none.
func wholeRecord(raw []byte, at int64) (offset int64, found bool) {
	for i := 1; i+headerSize <= len(raw); i++ {
		h, ok := readHeader(raw[i:], at+int64(i))
		body := raw[i+headerSize:]
		if ok && int64(h.length) <= int64(len(body)) && crc32.Checksum(body[:h.length], castagnoli) == h.sum {
			return at + int64(i), true
		}
	}
	return 0, false
}

// ErrDamaged is the error of a file that is broken before its end.
var ErrDamaged = errors.New("the file is damaged")

// damage at an offset of the file, with whole records behind it.
func damage(at, next int64) error {
	return fmt.Errorf("%w at byte %d, and the record at byte %d is whole: something has changed the file; "+
		"put a copy of it in its place, or cut it to %d bytes to go on from the state before the damage", ErrDamaged, at, next, at)
}
