package verify_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"time"

	"github.com/kzsim/kzsim/internal/contract"
)

// paper is a server of the three services that was written from their documents alone.
// It shares no code with the simulator. With a name in wrong it is wrong in one point.
type paper struct {
	mu    sync.Mutex
	wrong string

	approved  bool
	polls     int
	fetched   bool
	requests  int
	documents map[string]string // types, by session
	given     map[string]bool   // sessions whose document was given out
	payments  map[string]bool   // by trn_id
	paid      float64
	excluded  map[string]bool
	demands   []object
	last      map[string]reply // successes, by operation
}

const (
	paperIIN     = "901123300258"
	otherIIN     = "850624300987"
	paperSession = "f1b5887b-5f91-417a-bf04-bb45fe28cc4e"
	paperScan    = "CUST-820989b2-b545-496a-be37-5c70a7e9ec79"
)

type object = map[string]any

func newPaper(wrong string) *paper {
	return &paper{
		wrong: wrong, documents: map[string]string{}, given: map[string]bool{}, payments: map[string]bool{},
		excluded: map[string]bool{}, last: map[string]reply{},
	}
}

// is tells whether the server is wrong in this point.
func (p *paper) is(wrong string) bool { return p.wrong == wrong }

// reply is a status, headers and what is sent as JSON, or bytes as they are.
type reply struct {
	status  int
	headers map[string]string
	body    any
}

func success(body any) reply                { return reply{200, nil, body} }
func refused(status int, text string) reply { return reply{status, nil, object{"detail": text}} }
func coded(code int, text string) reply {
	return success(object{"error_code": code, "error_text": text})
}
func (r reply) with(name, value string) reply {
	r.headers = map[string]string{name: value}
	return r
}

func (p *paper) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	var body any
	dec := json.NewDecoder(r.Body)
	dec.UseNumber()
	_ = dec.Decode(&body)
	_, operation, _ := strings.Cut(r.URL.Path, "/run/")
	if operation == "" {
		operation = r.URL.Path
	}
	answer := p.answer(operation, r, body)
	if answersBefore[p.wrong] == operation && answer.status == 200 {
		before, ok := p.last[operation]
		p.last[operation] = answer
		if ok {
			answer = before
		}
	}
	raw, isRaw := answer.body.([]byte)
	if !isRaw && answer.body != nil {
		raw, _ = json.Marshal(answer.body)
		w.Header().Set("Content-Type", "application/json")
	}
	for name, value := range answer.headers {
		w.Header().Set(name, value)
	}
	w.Header().Set("Date", time.Now().UTC().Format(http.TimeFormat))
	w.WriteHeader(answer.status)
	_, _ = w.Write(p.encoded(raw, operation))
}

// answersBefore are the operations that answer the request before.
var answersBefore = map[string]string{
	"the client before": "/abs/get_cli", "the statement before": "/abs/get_acc_stmt_dt",
	"the demands before": "k2extreq_by_dbz", "the payment before": "k2extreq_pay_from_eko",
}

// encoded is the body on the wire.
func (p *paper) encoded(raw []byte, operation string) []byte {
	switch {
	case p.is("UTF-8 is broken") && operation == "/abs/get_cli":
		return bytes.ReplaceAll(raw, []byte("А"), []byte("\xc0"))
	case p.is("a byte order mark") && operation == "/abs/get_cli":
		return append([]byte("\ufeff"), raw...)
	case p.is("two values") && operation == "/abs/get_cli":
		return append(raw, raw...)
	case p.is("a comma too many") && operation == "/abs/get_cli":
		return append(raw[:len(raw)-1], ",}"...)
	case p.is("single quotes") && operation == "/abs/get_cli":
		return bytes.ReplaceAll(raw, []byte(`"`), []byte(`'`))
	}
	return raw
}

func text(body any, name string) string {
	fields, _ := body.(object)
	if s, ok := fields[name].(string); ok {
		return s
	}
	if fields[name] == nil {
		return ""
	}
	return fmt.Sprint(fields[name])
}

func (p *paper) answer(operation string, r *http.Request, body any) reply {
	switch {
	case strings.HasPrefix(operation, "/api/v1/backend/"):
		return p.kyc(strings.TrimPrefix(operation, "/api/v1/backend/"), body)
	case strings.HasPrefix(operation, "/abs/"):
		return p.abs(strings.TrimPrefix(operation, "/abs/"), r, body)
	case operation == "/restapi/getfile":
		return p.file(r)
	case strings.HasPrefix(operation, "k2"):
		return p.k2(operation, body)
	}
	return noOperation
}

// noOperation is the answer to what isn't in the documents that the server was written from.
var noOperation = reply{status: http.StatusNotImplemented}

// serves are the operations that the server has.
func (p *paper) serves(table *contract.Table) (ids []string) {
	for _, op := range table.Operations() {
		w := httptest.NewRecorder()
		p.ServeHTTP(w, httptest.NewRequest(op.Method, op.Path, strings.NewReader("{}")))
		if w.Code != noOperation.status {
			ids = append(ids, op.ID)
		}
	}
	return ids
}

func jpegFile() []byte {
	var b bytes.Buffer
	_ = jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 64, 64)), nil)
	return b.Bytes()
}

func pngFile() []byte {
	var b bytes.Buffer
	_ = png.Encode(&b, image.NewGray(image.Rect(0, 0, 64, 64)))
	return b.Bytes()
}

// pdfFile is the smallest whole PDF.
func pdfFile(text string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
	var at []int
	for i, object := range []string{"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>", "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Title(" + text + ")>>"} {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, object)
	}
	xref := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, offset := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&b, "trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, xref)
	return b.Bytes()
}

func (p *paper) file(r *http.Request) reply {
	if r.URL.Query().Get("code") != paperScan {
		return reply{status: 404}
	}
	if p.is("a file that is gone") {
		return reply{status: 404}
	}
	return reply{200, map[string]string{"Content-Type": "application/pdf", "Content-Disposition": `attachment; filename="scan.pdf"`}, pdfFile("scan")}
}
