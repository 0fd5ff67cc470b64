package gateway

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/journal"
	"github.com/kzsim/kzsim/internal/papers"
)

// send is the one place that writes. The body is the service's; the headers that
// begin with Sim- are ours.
func (g *Gateway) send(v *visit) {
	header := v.w.Header()
	for name, values := range v.answer.header {
		header[name] = values
	}
	v.describe(header)
	if v.answer.file != nil {
		v.sendFile(v.answer.file)
		return
	}
	header.Set("Content-Length", strconv.Itoa(len(v.answer.body)))
	v.w.WriteHeader(v.answer.status)
	if v.r.Method != http.MethodHead {
		// A client that left is not our concern: the exchange happened.
		_, _ = v.w.Write(v.answer.body)
	}
}

// describe adds the diagnostics. The date is the sandbox's, so that one seed,
// one clock and the same requests give the same bytes.
func (v *visit) describe(header http.Header) {
	header.Set("Sim-Sandbox", headerText(v.id))
	if v.request != "" {
		header.Set("Sim-Request", v.request)
		header.Set("Date", v.at.UTC().Format(http.TimeFormat))
	}
	if v.result.Outcome != nil {
		header.Set("Sim-Outcome", v.result.Outcome.Name)
	}
	if v.rule != "" {
		header.Set("Sim-Rule", headerText(v.rule))
	}
	if v.call == nil {
		return
	}
	for _, f := range v.call.Findings() {
		header.Add("Sim-Finding", headerText(f.String()))
	}
}

// sendFile leaves ranges, HEAD and conditional requests to net/http.
func (v *visit) sendFile(f *contract.File) {
	header := v.w.Header()
	sum := sha256.Sum256(f.Content)
	header.Set("Content-Type", f.Type)
	header.Set("ETag", `"`+hex.EncodeToString(sum[:8])+`"`)
	header.Set("Content-Disposition", disposition(f))
	http.ServeContent(v.w, v.r, "", f.ModTime, bytes.NewReader(f.Content))
}

// disposition names the file in ASCII and, where that isn't its name, in UTF-8
// as well (RFC 6266, ledger 54).
func disposition(f *contract.File) string {
	kind := "attachment"
	if f.Inline {
		kind = "inline"
	}
	ascii := papers.Latin(f.Name)
	value := kind + `; filename="` + strings.NewReplacer(`"`, "", `\`, "").Replace(ascii) + `"`
	if ascii != f.Name {
		encoded := mime.FormatMediaType("x", map[string]string{"filename": f.Name})
		value += strings.TrimPrefix(encoded, "x")
	}
	return value
}

// headerText is text fit for a header: printable ASCII, everything else escaped.
func headerText(s string) string {
	quoted := strconv.QuoteToASCII(s)
	return strings.ReplaceAll(quoted[1:len(quoted)-1], `\"`, `"`)
}

// remember puts the exchange into the sandbox's journal.
func (g *Gateway) remember(v *visit) {
	if v.sandbox == nil {
		return
	}
	e := &journal.Exchange{
		ID: v.request, Seq: v.seq, At: v.at, Started: v.started, Took: g.opts.Pool.Now().Sub(v.started),
		Held: v.sandbox.Clock().Now().Sub(v.at), Method: v.r.Method, URL: v.r.URL.RequestURI(), Remote: v.r.RemoteAddr,
		Request: journal.NewMessage(journal.RedactedHeader(v.r.Header), journal.Redacted(v.raw)),
		Status:  v.answer.status, Response: v.response(),
		Decision: v.by, Rule: v.rule, Why: v.why, Changes: v.done.changes, Taken: v.done.taken,
	}
	if v.result.Outcome != nil {
		e.Outcome = v.result.Outcome.Name
	}
	if v.call != nil {
		e.Findings = v.call.Findings()
		if v.call.Operation != nil {
			e.Operation = v.call.Operation.ID
			e.Subjects = v.call.Subjects()
		}
	}
	v.sandbox.Journal.Add(e)
}

func (v *visit) response() journal.Message {
	body := v.answer.body
	if v.answer.file != nil {
		body = v.answer.file.Content
	}
	return journal.NewMessage(v.w.Header().Clone(), body)
}
