package papers

import "bytes"

// padJPEG makes a picture larger by comments, which stand before its data.
func padJPEG(file []byte, extra int) []byte {
	const longest, head = 65533, 4 // bytes of a comment, of its marker and length
	if extra <= head || len(file) < 2 {
		return file
	}
	spaces := bytes.Repeat([]byte{' '}, min(extra, longest))
	larger := make([]byte, 0, len(file)+extra+head)
	larger = append(larger, file[:2]...) // the start of the image
	for extra > head {
		size := min(extra-head, longest)
		larger = append(larger, 0xff, 0xfe, byte((size+2)>>8), byte(size+2))
		larger = append(larger, spaces[:size]...)
		extra -= head + size
	}
	return append(larger, file[2:]...)
}
