package gateway

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/faults"
	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/papers"
)

// send is the one place that writes. The body is the service's; the headers that
// begin with Sim- are ours. Where the connection is to break it doesn't return.
func (g *Gateway) send(v *serving) {
	v.count()
	if v.wire.Silent {
		v.breakOff()
	}
	g.write(v)
	if v.wire.Cut != nil || v.wire.End != faults.Open {
		v.breakOff()
	}
}

func (g *Gateway) write(v *serving) {
	v.sender = line{ResponseWriter: v.w, v: v}
	v.line = &v.sender
	set := setter{header: v.answer.header, values: make([]string, 0, usualHeaders)}
	g.describe(v, &set)
	isolate(&set)
	if v.answer.file != nil {
		v.sendFile(v.answer.file)
		return
	}
	set.Set("Content-Length", strconv.Itoa(len(v.answer.body)+v.pad()))
	v.line.WriteHeader(v.answer.status)
	if v.r.Method != http.MethodHead {
		// If the client has closed the connection, that is no error: the exchange happened.
		_, err := v.line.Write(v.answer.body)
		for left := v.pad(); err == nil && left > 0; left -= len(spaces) {
			_, err = v.line.Write(spaces[:min(left, len(spaces))])
		}
	}
}

// spaces are what an answer is made longer with, a piece at a time.
var spaces = bytes.Repeat([]byte{' '}, 64<<10)

// pad is how many bytes the rule adds to the body. What a fault puts in the answer's place
// stays as it is.
func (v *serving) pad() int {
	if v.wire.Replace != nil {
		return 0
	}
	return v.plan.Pad
}

// padded is a file with spaces behind it.
type padded struct {
	content []byte
	pad     int64
}

// ReadAt implements io.ReaderAt.
func (f padded) ReadAt(p []byte, at int64) (n int, err error) {
	whole := int64(len(f.content)) + f.pad
	if at >= whole {
		return 0, io.EOF
	}
	if at < int64(len(f.content)) {
		n = copy(p, f.content[at:])
	}
	for n < len(p) && at+int64(n) < whole {
		n += copy(p[n:min(int64(len(p)), whole-at)], spaces)
	}
	if n < len(p) {
		err = io.EOF
	}
	return n, err
}

// usualHeaders is how many an answer has, beside the service's own.
const usualHeaders = 7

// setter sets headers whose names are canonical. Their values lie in one piece of memory.
type setter struct {
	header http.Header
	values []string
}

// Set a header, as http.Header.Set does.
func (s *setter) Set(name, value string) {
	s.values = append(s.values, value)
	n := len(s.values)
	s.header[name] = s.values[n-1 : n : n]
}

// describe adds the diagnostics. The date is the sandbox's, so that one seed,
// one clock and the same requests give the same bytes. net/http sorts the names: in their order it has less to do.
func (g *Gateway) describe(v *serving, header *setter) {
	if v.request != "" {
		header.Set("Date", g.dateOf(v.at))
	}
	if v.fault != "" {
		header.Set("Sim-Fault", v.fault)
	}
	if outcome := v.outcome(); outcome != "" {
		header.Set("Sim-Outcome", outcome)
	}
	if v.request != "" {
		header.Set("Sim-Request", v.request)
	}
	if v.plan.Rule != "" {
		header.Set("Sim-Rule", headerText(v.plan.Rule))
	}
	header.Set("Sim-Sandbox", headerText(v.id))
	if v.call == nil {
		return
	}
	describeFindings(header.header, v.call.Findings(), v.call.FindingCount())
}

// date is a second as the header Date has it.
type date struct {
	unix int64
	text string
}

// dateOf an instant. Most answers are of the same second as the one before.
func (g *Gateway) dateOf(at time.Time) string {
	if last := g.date.Load(); last != nil && last.unix == at.Unix() {
		return last.text
	}
	d := &date{at.Unix(), at.UTC().Format(http.TimeFormat)}
	g.date.Store(d)
	return d.text
}

// Clients limit the size of headers; a batch can have one finding per row. The
// journal has all of them in full.
const (
	maxFindings   = 10
	maxHeaderText = 500 // bytes
)

func describeFindings(header http.Header, findings []contract.Finding, count int) {
	for i, f := range findings {
		if i == maxFindings {
			header.Add("Sim-Finding", fmt.Sprintf("and %d more: see the journal", count-i))
			return
		}
		header.Add("Sim-Finding", headerText(f.String()))
	}
}

// sendFile leaves ranges, HEAD and conditional requests to net/http.
func (v *serving) sendFile(f *contract.File) {
	header := v.answer.header
	sum := sha256.Sum256(f.Content)
	header.Set("Content-Type", f.Type)
	header.Set("ETag", `"`+hex.EncodeToString(sum[:8])+`"`)
	if f.Disposition != "" {
		header.Set("Content-Disposition", disposition(f))
	}
	content := padded{f.Content, int64(v.pad())}
	http.ServeContent(v.line, v.r, "", f.ModTime, io.NewSectionReader(content, 0, int64(len(f.Content))+content.pad))
}

// disposition names the file in ASCII and, where that isn't its name, in UTF-8
// as well (RFC 6266, ledger 54).
func disposition(f *contract.File) string {
	ascii := papers.Latin(f.Name)
	value := f.Disposition + `; filename="` + strings.NewReplacer(`"`, "", `\`, "").Replace(ascii) + `"`
	if ascii != f.Name {
		encoded := mime.FormatMediaType("x", map[string]string{"filename": f.Name})
		value += strings.TrimPrefix(encoded, "x")
	}
	return value
}

// headerText is the beginning of a text, fit for a header: printable ASCII,
// everything else escaped.
func headerText(s string) string {
	if len(s) <= maxHeaderText && !strings.ContainsFunc(s, isEscaped) {
		return s
	}
	quoted := strconv.QuoteToASCII(s[:min(len(s), maxHeaderText)])
	text := strings.ReplaceAll(quoted[1:len(quoted)-1], `\"`, `"`)
	return text[:min(len(text), maxHeaderText)]
}

// isEscaped reports whether a character is escaped in a header.
func isEscaped(c rune) bool { return c < ' ' || c > '~' || c == '\\' }

// response is the answer as it was sent.
func (v *serving) response() journal.Message {
	body := v.answer.body
	if v.answer.file != nil {
		body = v.answer.file.Content
	}
	if v.wire.Cut != nil || v.wire.Pace != nil {
		body = body[:min(len(body), v.line.sent)]
	}
	message := v.room.Response(v.answer.header, body)
	message.Size += int64(max(0, v.line.sent-len(body))) // what the rule has added isn't kept
	return message
}
