// Package papers makes the files that the services hand out: document scans and
// pictures (PDF, JPEG, TIFF), QR codes, bar codes and portraits.
//
// Every function is pure: the same input gives the same bytes, in every process
// and at every time, so a file may be made anew for each request instead of kept.
// Every function takes any input at all (empty, very long, emoji, control
// characters, broken UTF-8) and answers a valid small file: a few kilobytes, a
// JPEG of a usual paper 12 KB and of a full one about 45 KB. What does not fit is
// cut off, what has no Latin spelling becomes a question mark.
package papers

// Paper is the text of one document: a title and its labelled lines, in any
// alphabet. It is written in Latin letters, see Latin.
type Paper struct {
	Title string
	Lines []Line
}

// Line is one field of a paper, such as {"IIN", "901123300258"}. A long label or
// value continues on the next rows.
type Line struct {
	Label string
	Value string
}

// specimen stands on every paper, so that a file that leaves a test environment
// cannot be taken for a real document.
const specimen = "SPECIMEN. Made by a simulator, not a document."
