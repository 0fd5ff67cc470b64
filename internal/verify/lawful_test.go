package verify_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/verify"
)

// lawful styles are odd, and no document nor standard forbids them.
var lawful = map[string]func(w http.ResponseWriter, r *http.Request, a *answered){
	"chunked": func(w http.ResponseWriter, _ *http.Request, a *answered) {
		w.WriteHeader(a.status)
		for part := range slices.Chunk(a.body, max(1, len(a.body)/3)) {
			_, _ = w.Write(part)
			w.(http.Flusher).Flush()
		}
	},
	"gzip": func(w http.ResponseWriter, r *http.Request, a *answered) {
		if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") || len(a.body) == 0 {
			writeAll(w, a)
			return
		}
		w.Header().Set("Content-Encoding", "gzip")
		w.WriteHeader(a.status)
		z := gzip.NewWriter(w)
		_, _ = z.Write(a.body)
		_ = z.Close()
	},
	"HTTP/1.0": func(w http.ResponseWriter, _ *http.Request, a *answered) {
		conn, buffer, err := w.(http.Hijacker).Hijack()
		if err != nil {
			panic(err)
		}
		defer conn.Close()
		fmt.Fprintf(buffer, "HTTP/1.0 %d %s\r\n", a.status, http.StatusText(a.status))
		_ = w.Header().Write(buffer)
		_, _ = buffer.WriteString("\r\n")
		_, _ = buffer.Write(a.body)
		_ = buffer.Flush()
	},
	"escapes in JSON":          rewritten(func(v any) []byte { return escapedJSON(v) }),
	"members in another order": rewritten(func(v any) []byte { return shuffledJSON(v) }),
	"decimals that are zero":   rewritten(func(v any) []byte { return encoded(decimals(v)) }),
	"indented JSON": rewritten(func(v any) []byte {
		raw, _ := json.MarshalIndent(v, "\t", "    ")
		return append([]byte("\r\n "), append(raw, "\r\n\r\n"...)...)
	}),
	"a charset in capitals": func(w http.ResponseWriter, _ *http.Request, a *answered) {
		if w.Header().Get("Content-Type") == "application/json" {
			w.Header().Set("Content-Type", `Application/JSON; Charset="UTF-8"`)
		}
		writeAll(w, a)
	},
	"headers of a gateway": func(w http.ResponseWriter, _ *http.Request, a *answered) {
		w.Header().Set("Set-Cookie", "route=1; Path=/; HttpOnly")
		w.Header().Set("Server", "nginx")
		w.Header().Set("Cache-Control", "no-store")
		w.Header()["x-request-id"] = []string{"17"}
		writeAll(w, a)
	},
	"the connection is closed": func(w http.ResponseWriter, _ *http.Request, a *answered) {
		w.Header().Set("Connection", "close")
		writeAll(w, a)
	},
	"early hints": func(w http.ResponseWriter, _ *http.Request, a *answered) {
		w.WriteHeader(http.StatusEarlyHints)
		writeAll(w, a)
	},
	"without a date": func(w http.ResponseWriter, _ *http.Request, a *answered) {
		w.Header()["Date"] = nil
		writeAll(w, a)
	},
}

func writeAll(w http.ResponseWriter, a *answered) {
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body)
}

// rewritten writes a JSON body in another way.
func rewritten(write func(v any) []byte) func(http.ResponseWriter, *http.Request, *answered) {
	return func(w http.ResponseWriter, _ *http.Request, a *answered) {
		if w.Header().Get("Content-Type") == "application/json" {
			dec := json.NewDecoder(bytes.NewReader(a.body))
			dec.UseNumber()
			var v any
			if dec.Decode(&v) == nil {
				a.body = write(v)
			}
		}
		writeAll(w, a)
	}
}

func encoded(v any) []byte {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return raw
}

// escapedJSON has every character beyond ASCII, and every slash, as an escape.
func escapedJSON(v any) []byte {
	var b bytes.Buffer
	for _, r := range string(encoded(v)) {
		switch {
		case r == '/':
			b.WriteString(`\/`)
		case r < 128:
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, `\u%04X`, r)
		}
	}
	return b.Bytes()
}

func shuffledJSON(v any) []byte {
	switch v := v.(type) {
	case map[string]any:
		names := slices.Sorted(maps.Keys(v))
		rand.New(rand.NewPCG(1, uint64(len(names)))).Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
		var members []string
		for _, name := range names {
			members = append(members, string(encoded(name))+":"+string(shuffledJSON(v[name])))
		}
		return []byte("{" + strings.Join(members, ",") + "}")
	case []any:
		var items []string
		for _, item := range v {
			items = append(items, string(shuffledJSON(item)))
		}
		return []byte("[" + strings.Join(items, ",") + "]")
	}
	return encoded(v)
}

// decimals writes amounts as 1.00.
func decimals(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for name, value := range v {
			n, ok := value.(json.Number)
			if ok && slices.Contains([]string{"amount", "debt", "out_bal"}, name) && !strings.Contains(n.String(), ".") {
				v[name] = n + ".00"
				continue
			}
			v[name] = decimals(value)
		}
	case []any:
		for i := range v {
			v[i] = decimals(v[i])
		}
	}
	return v
}

// Odd styles that are lawful are right.
func TestLawfulStyles(t *testing.T) {
	for name, write := range lawful {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			next := served(t).Handler()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				recorder := httptest.NewRecorder()
				next.ServeHTTP(recorder, r)
				for name, values := range recorder.Header() {
					if name != "Content-Length" {
						w.Header()[name] = values
					}
				}
				write(w, r, &answered{status: recorder.Code, header: recorder.Header(), body: recorder.Body.Bytes()})
			}))
			defer server.Close()
			isGreen(t, verified(t, nil, func(o *verify.Options) { overNetwork(o, server.URL) }))
		})
	}
}

// A demand is listed with the dates that the document's table of fields has.
func TestDatesWithPointsInAnswersAreNoFinding(t *testing.T) {
	points := unlike{operation: "abs.get_all_pt_from_abs", spoil: eachRow(func(row map[string]any) {
		for _, name := range []string{"accept_dt", "doc_at", "dbz_dt"} {
			if text, ok := row[name].(string); ok {
				row[name] = strings.ReplaceAll(text, "-", ".")
			}
		}
	})}
	report := verified(t, onOperation(t, served(t).Handler(), points), func(o *verify.Options) { o.Operations = []string{"abs.*"} })
	if !report.Good || len(report.Notes) != 0 {
		t.Errorf("findings %v, notes %v", lines(report.Findings), report.Notes)
	}
}

// The simulator is right again and again, whatever the runs before have left there,
// and whatever is observed of the real services. Under strict the document's sample of
// a loan is refused, which is a note.
func TestSimulatorStaysRight(t *testing.T) {
	for _, preset := range []string{"documents", "strict", "observed"} {
		t.Run(preset, func(t *testing.T) {
			t.Parallel()
			h := inProfile(t, map[string]string{"preset": preset}).Handler()
			for range 4 {
				report := verified(t, h, func(o *verify.Options) { o.Seed = 0 })
				if !report.Good || len(report.Findings) > 0 || len(report.Unverified()) > 0 {
					t.Errorf("findings %v, not verified %v", report.Findings, report.Unverified())
				}
				want := map[string][]string{"strict": {"k2.k2loan_from_eko outcome /error_code"}}[preset]
				if diff := cmp.Diff(want, lines(report.Notes)); diff != "" {
					t.Errorf("notes (-want +got):\n%s", diff)
				}
			}
		})
	}
}
