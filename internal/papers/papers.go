// Package papers makes the files that the services hand out: electronic documents
// as PDF and JPEG, agreements as PDF and TIFF, QR codes, bar codes and portraits.
//
// A page is laid out once, as a list of marks (page.go), and drawn twice: by fpdf
// as a PDF whose text can be copied, and by golang.org/x/image/vector as a picture
// with 200 dots an inch. What a document shows is said by its Form, which comes with
// it; how the pages look in layout_*.go.
//
// Every function is pure: the same input gives the same bytes, in every process
// and at every time, so a file may be made anew for each request. Every function
// takes any input at all (empty, very long, emoji, control characters, broken
// UTF-8) and answers a valid file. A text that has no room is set in more lines,
// then smaller; a sign that the type does not have becomes a question mark.
package papers
