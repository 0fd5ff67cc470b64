package contract_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
)

// TestFile downloads the url of an RZAP item as a browser or a download manager
// would: whole, in part, its head alone, and not again if it hasn't changed.
func TestFile(t *testing.T) {
	r := newRun(t, operationOf("k2.k2inforeq_rzap_by_refer"))
	r.do(steps(ask()))
	var body struct{ Items []struct{ URL string } }
	r.last.decode(t, &body)
	url := body.Items[0].URL
	if !strings.HasPrefix(url, r.base+"/restapi/getfile?code=") {
		t.Fatalf("the url %s does not lead back to %s", url, r.base)
	}
	whole := send(t, "GET", url, "")
	if whole.status != http.StatusOK || !bytes.HasPrefix(whole.body, []byte("%PDF-")) {
		t.Fatalf("GET: %d %.20q", whole.status, whole.body)
	}
	if got := whole.header.Get("Content-Disposition"); !strings.HasPrefix(got, "attachment; filename=") {
		t.Errorf("Content-Disposition is %q", got)
	}
	for _, c := range []struct {
		method  string
		header  []string
		status  int
		content []byte
	}{
		{"GET", []string{"Range", "bytes=0-4"}, 206, whole.body[:5]},
		{"GET", []string{"Range", "bytes=-6"}, 206, whole.body[len(whole.body)-6:]},
		{"GET", []string{"Range", "bytes=99999999-"}, 416, nil},
		{"HEAD", nil, 200, nil},
		{"GET", []string{"If-None-Match", whole.header.Get("ETag")}, 304, nil},
		{"GET", []string{"If-Modified-Since", whole.header.Get("Last-Modified")}, 304, nil},
		{"GET", []string{"If-None-Match", `"another"`}, 200, whole.body},
		{"GET", []string{"If-Match", `"another"`}, 412, nil},
	} {
		t.Run(c.method+" "+strings.Join(c.header, ": "), func(t *testing.T) {
			a := send(t, c.method, url, "", c.header...)
			if a.status != c.status || a.status < 300 && !bytes.Equal(a.body, c.content) {
				t.Errorf("%d with %d bytes, want %d with %d", a.status, len(a.body), c.status, len(c.content))
			}
			if a.outcome() != "file" {
				t.Errorf("outcome %q: ranges and conditions are transport, not outcomes", a.outcome())
			}
		})
	}
	inline := send(t, "GET", strings.Replace(url, "attachment=true", "inline=true", 1), "")
	if got := inline.header.Get("Content-Disposition"); !strings.HasPrefix(got, "inline; ") {
		t.Errorf("inline=true has Content-Disposition %q", got)
	}
}
