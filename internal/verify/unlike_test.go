package verify_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/verify"
)

// unlike is a server whose single answers have the right shape, and don't fit the
// request, earlier requests, or each other.
type unlike struct {
	name      string
	operation string
	spoil     func(next http.Handler) http.Handler // keeps what it has to remember
	want      []string                             // findings: kind and path, of the operation if no other is named
	notes     []string
}

// after is a proxy that changes the operation's answers.
func after(spoil func(*http.Request, *answered)) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			sent, _ := io.ReadAll(r.Body)
			r.Body = io.NopCloser(bytes.NewReader(sent))
			recorder := httptest.NewRecorder()
			next.ServeHTTP(recorder, r)
			r.Body = io.NopCloser(bytes.NewReader(sent))
			a := &answered{status: recorder.Code, header: recorder.Header(), body: recorder.Body.Bytes()}
			spoil(r, a)
			a.header.Set("Content-Length", fmt.Sprint(len(a.body)))
			for name, values := range a.header {
				w.Header()[name] = values
			}
			w.WriteHeader(a.status)
			_, _ = w.Write(a.body)
		})
	}
}

// before is a proxy that changes the operation's requests, as a server that
// understands them otherwise.
func before(change func(body map[string]any)) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			var body map[string]any
			sent, _ := io.ReadAll(r.Body)
			dec := json.NewDecoder(bytes.NewReader(sent))
			dec.UseNumber()
			if dec.Decode(&body) == nil && body != nil {
				change(body)
				sent, _ = json.Marshal(body)
			}
			r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(sent)), int64(len(sent))
			next.ServeHTTP(w, r)
		})
	}
}

func without(fields ...string) func(http.Handler) http.Handler {
	return before(func(body map[string]any) {
		for _, name := range fields {
			delete(body, name)
		}
	})
}

// refusesIn answers an error to requests with a text in their query or body.
func refusesIn(text string, status int, answer string) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			sent, _ := io.ReadAll(r.Body)
			query, _ := url.QueryUnescape(r.URL.RawQuery)
			r.Body = io.NopCloser(bytes.NewReader(sent))
			if r.Header.Get("Prefer") != "" || !strings.Contains(query+string(sent), text) {
				next.ServeHTTP(w, r)
				return
			}
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(status)
			_, _ = io.WriteString(w, answer)
		})
	}
}

// stuck answers every request of an outcome as the first of them.
func stuck(outcome string) func(http.Handler) http.Handler {
	var first []byte
	return after(func(r *http.Request, a *answered) {
		if a.outcome() != outcome || r.Header.Get("Prefer") != "" {
			return
		}
		if first == nil {
			first = a.body
		}
		a.body = first
	})
}

// listed changes the demands of a page, in order.
func listed(change func(rows []any) []any) func(http.Handler) http.Handler {
	return after(func(_ *http.Request, a *answered) {
		a.edit(func(body any) any {
			if list, ok := body.([]any); ok && len(list) > 0 {
				return append(list[:1:1], change(list[1:])...)
			}
			return body
		})
	})
}

// counting sets all_count.
func counting(count func(rows int, all json.Number) any) func(http.Handler) http.Handler {
	return after(func(r *http.Request, a *answered) {
		if r.Header.Get("Prefer") != "" {
			return
		}
		a.edit(func(body any) any {
			list, ok := body.([]any)
			if !ok {
				return body // an error
			}
			head := list[0].(map[string]any)
			head["all_count"] = count(len(list)-1, head["all_count"].(json.Number))
			return body
		})
	})
}

// unprompted spoils only what was not asked for by name.
func unprompted(spoil func(*http.Request, *answered)) func(http.Handler) http.Handler {
	return after(func(r *http.Request, a *answered) {
		if r.Header.Get("Prefer") == "" {
			spoil(r, a)
		}
	})
}

func eachRow(change func(row map[string]any)) func(http.Handler) http.Handler {
	return listed(func(rows []any) []any {
		for _, row := range rows {
			change(row.(map[string]any))
		}
		return rows
	})
}

var oneLine = base64.StdEncoding.EncodeToString([]byte("%PDF-1.4 hello"))

const noLoan = `{"error_code":404,"error_text":"Договор не найден"}`

var unlikeKYC = []unlike{
	{"another person's proceedings", "kyc.info.exec_proc", after(set("*", "debtor_iin", "921104600234")), []string{"behaviour /*/debtor_iin"}, nil},
	{"one proceeding twice", "kyc.info.exec_proc", after(when("found", func(_ *http.Request, a *answered) {
		a.edit(func(body any) any { return append(body.([]any), body.([]any)[0]) })
	})), nil, []string{"behaviour /*/exec_proc"}},
	{"VALID that has run out", "kyc.address.approve", after(when("valid", set("", "expire_date", "2023-01-01T12:59:15Z"))), []string{"behaviour /expire_date"}, nil},
	{"another type of document", "kyc.edocument.approve", after(set("", "document_type", "passport")), []string{"behaviour /document_type"}, nil},
	{"a PDF of one line in Base64", "kyc.edocument.approve", after(when("document-pdf", set("", "document_pdf", oneLine))), []string{"behaviour /document_pdf"}, nil},
	{"a PDF that is no Base64", "kyc.edocument.approve", after(when("document-pdf", set("", "document_pdf", "%PDF-1.4"))), []string{"behaviour /document_pdf"}, nil},
	{"a picture that breaks off", "kyc.edocument.approve", after(when("document-image", set("", "document_image", "/9j/4AAQ"))), []string{"behaviour /document_image"}, nil},
	{"a code that is no Base64", "kyc.edocument.approve", after(set("", "qrcode", "<svg/>")), []string{"behaviour /qrcode"}, nil},
	{"an IIN twice", "kyc.address.get", after(when("found", func(_ *http.Request, a *answered) {
		a.body = bytes.Replace(a.body, []byte(`{"iin"`), []byte(`{"iin":"0","iin"`), 1)
	})), []string{"body body"}, nil},
	{"VALID before the subject has answered", "kyc.address.approve", unprompted(when("pending", func(_ *http.Request, a *answered) {
		a.edit(func(body any) any {
			body.(map[string]any)["status"], body.(map[string]any)["expire_date"] = "VALID", "2090-01-01T00:00:00Z"
			return body
		})
	})), []string{"kyc.address.get outcome status", "outcome body"}, nil},
	{"one session for all documents", "kyc.edocument.request", stuck("requested"), []string{"kyc.edocument.approve outcome status"}, nil},
}

var unlikeK2 = []unlike{
	{"a text beside success", "k2.k2loan_sync_debt", after(when("accepted", set("", "error_text", "OK"))), []string{"behaviour /error_text"}, nil},
	{"a code twice", "k2.k2loan_sync_debt", after(when("accepted", body(`{"error_code":0,"error_text":"","error_code":0}`))), []string{"body body"}, nil},
	{"a day in another form", "k2.k2extreq_by_dbz", after(set("items/*", "created_at_fmt", "2021-10-20")), []string{"format /items/*/created_at_fmt"}, nil},
	{"another day", "k2.k2extreq_by_dbz", after(set("items/*", "created_at_fmt", "20.10.2021")), []string{"behaviour /items/*/created_at_fmt"}, nil},
	{"another agreement's demands", "k2.k2extreq_by_dbz", after(set("items/*", "loan_id$dbz_num", "RBEZ20-700/XX-000XXX")), []string{"behaviour /items/*/loan_id$dbz_num"}, nil},
	{"another debtor's demands", "k2.k2extreq_by_dbz", after(set("items/*", "cli_iin", "850210301899")), []string{"behaviour /items/*/cli_iin"}, nil},
	{"a demand twice", "k2.k2extreq_by_dbz", after(in("", func(object map[string]any) {
		if items, ok := object["items"].([]any); ok && len(items) > 0 {
			object["items"] = append(items, items[0])
		}
	})), nil, []string{"behaviour /items/*/code"}},
	{"an IIN of any length", "k2.k2loan_from_eko", unprompted(when("bad-iin-length", body(`{"error_code":0,"error_text":""}`))), []string{"outcome /error_code"}, nil},
	{"an exclusion with an IIN of any length", "k2.k2loan_exclude_on_by_iin_dbznum", unprompted(when("bad-iin-length", body(`{"error_code":0,"error_text":""}`))), []string{"outcome /error_code"}, nil},
	{"exclusions are forgotten", "k2.k2loan_exclude_on_by_iin_dbznum", func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Prefer") == "" {
				r.Header.Set("Prefer", "outcome=accepted")
				sent, _ := io.ReadAll(r.Body)
				r.Body = io.NopCloser(bytes.NewReader(bytes.ReplaceAll(sent, []byte(`"dbz_num":"KD`), []byte(`"dbz_num":"X`))))
			}
			next.ServeHTTP(w, r)
		})
	}, []string{"outcome /error_code", "k2.k2loan_exclude_off_by_iin_dbznum outcome /error_code"}, nil},
	{"an exclusion can be taken off for ever", "k2.k2loan_exclude_off_by_iin_dbznum", unprompted(when("not-found", body(`{"error_code":0,"error_text":""}`))), []string{"outcome /error_code"}, nil},
	{"a payment as often as one likes", "k2.k2extreq_pay_from_eko", unprompted(when("duplicate-trn-id", body(`{"error_code":0,"error_text":""}`))), []string{"outcome /error_code"}, nil},
	{"a PDF of one line", "k2.getfile", after(when("file", body("%PDF-1.4 hello"))), []string{"body body"}, nil},
	{"a PDF without an end", "k2.getfile", after(when("file", func(_ *http.Request, a *answered) { a.body = a.body[:len(a.body)/2] })), []string{"body body"}, nil},
	{"the request_id of the row before", "k2.k2extreq_pay_from_eko", after(when("duplicate-trn-id", set("errors/*", "request_id", json.Number("7777")))), []string{"behaviour /errors/*/request_id"}, nil},
}

var unlikeABS = []unlike{
	{"a text beside success", "abs.reg_pt", after(when("registered", set("", "error_text", "Принято"))), []string{"behaviour /error_text"}, nil},
	{"an account twice", "abs.get_acc", after(in("", func(object map[string]any) {
		if items, ok := object["ibans"].([]any); ok && len(items) > 0 {
			object["ibans"] = append(items, items[0])
		}
	})), nil, []string{"behaviour /ibans/*"}},
	{"a disbursement as credit", "abs.get_acc_stmt_dt", after(set("stmt/*", "DC", "C")), []string{"behaviour /stmt/*/DC"}, nil},
	{"a line that names another account", "abs.get_acc_stmt_dt", after(set("stmt/*", "purpose", "Перевод на KZ86125KZT5004100100")), nil, []string{"behaviour /stmt/*/purpose"}},
	{"one statement for all accounts", "abs.get_acc_stmt_dt", stuck("found"), []string{"behaviour /stmt"}, nil},
	{"no dates with points in statements", "abs.get_acc_stmt_dt", refusesIn("dt=2020.01.01", 200, noLoan), []string{"behaviour body"}, nil},
	{"no dates with hyphens in statements", "abs.get_acc_stmt_dt", refusesIn("dt=2020-01-01", 200, noLoan), []string{"behaviour body"}, []string{"outcome /error_code"}},
	{"no dates with points for scans", "abs.get_pdf", refusesIn("dbz_dt=2020.01.01", 404, ""), []string{"behaviour body"}, nil},
	{"no dates with points in demands", "abs.reg_pt", refusesIn(`"2021.01.05"`, 200, `{"error_code":400,"error_text":"ORA-01861: literal does not match format string"}`), []string{"behaviour body"}, nil},
	{"a bad request for dates with points", "abs.reg_pt", refusesIn(`"2021.01.05"`, 400, `{"message":"Bad Request"}`), []string{"behaviour body"}, nil},
	{"a negative debt", "abs.colvir_get_loan_debt", after(set("", "debt", json.Number("-100000"))), nil, []string{"behaviour /debt"}},
	{"a negative debt in Way4", "abs.way4_get_loan_debt", after(set("", "debt", json.Number("-0.01"))), nil, []string{"behaviour /debt"}},
	{"a TIFF without a directory", "abs.get_pdf", after(when("scan", func(_ *http.Request, a *answered) {
		a.header.Set("Content-Type", "image/tiff")
		a.body = []byte("II*\x00\xff\xff\xff\xff")
	})), []string{"body body"}, nil},
	{"a PDF of one line", "abs.get_pdf", after(when("scan", body("%PDF-1.4 hello"))), []string{"body body"}, nil},
	{"an iinbin twice", "abs.get_cli", after(when("found", func(_ *http.Request, a *answered) {
		a.body = bytes.Replace(a.body, []byte(`"iinbin"`), []byte(`"iinbin":"1","iinbin"`), 1)
	})), []string{"body body"}, nil},
}

var unlikeLists = []unlike{
	{"ben_bin filters nothing", "abs.get_all_pt_from_abs", without("ben_bin"), []string{"behaviour /*/ben_bin"}, nil},
	{"iinbin filters nothing", "abs.get_all_pt_from_abs", without("iinbin"), []string{"behaviour /*/iinbin"}, nil},
	{"doc_at1 filters nothing", "abs.get_all_pt_from_abs", without("doc_at1"), []string{"behaviour /*/doc_at"}, nil},
	{"doc_at2 filters nothing", "abs.get_all_pt_from_abs", without("doc_at2"), []string{"behaviour /*/doc_at"}, nil},
	{"ben_bin fits nothing", "abs.get_all_pt_from_abs", before(func(body map[string]any) {
		if body["ben_bin"] != nil {
			body["ben_bin"] = "X"
		}
	}), []string{"behaviour body"}, nil},
	{"dates with points fit nothing", "abs.get_all_pt_from_abs", before(func(body map[string]any) {
		if text, _ := body["doc_at1"].(string); strings.Contains(text, ".") {
			body["doc_at1"] = "9999-01-01"
		}
	}), []string{"behaviour body"}, nil},
	{"a count of the page", "abs.get_all_pt_from_abs", counting(func(rows int, _ json.Number) any { return rows }), []string{"behaviour /*/all_count"}, nil},
	{"a count of nothing", "abs.get_all_pt_from_abs", counting(func(int, json.Number) any { return 0 }), []string{"behaviour /*/all_count"}, nil},
	{"the next number as the count", "abs.get_all_pt_from_abs", func() func(http.Handler) http.Handler {
		n := 1000
		return counting(func(int, json.Number) any { n++; return n })
	}(), []string{"behaviour /*/all_count"}, nil},
	{"an amount in tiyn", "abs.get_all_pt_from_abs", eachRow(func(row map[string]any) { row["amount"] = json.Number(fmt.Sprint(row["amount"]) + "00") }), []string{"behaviour /*/amount"}, nil},
	{"no purpose", "abs.get_all_pt_from_abs", eachRow(func(row map[string]any) { delete(row, "purpose") }), []string{"behaviour /*/purpose"}, nil},
	{"debtor and beneficiary changed over", "abs.get_all_pt_from_abs", eachRow(func(row map[string]any) {
		row["acc_fullname"], row["ben_fullname"] = row["ben_fullname"], row["acc_fullname"]
	}), []string{"behaviour /*/acc_fullname", "behaviour /*/ben_fullname"}, nil},
	{"names in capitals", "abs.get_all_pt_from_abs", eachRow(func(row map[string]any) { row["head"] = strings.ToUpper(fmt.Sprint(row["head"])) }), []string{"behaviour /*/head"}, nil},
	{"an agreement of another day", "abs.get_all_pt_from_abs", eachRow(func(row map[string]any) { row["dbz_dt"] = "2014-02-07" }), []string{"behaviour /*/dbz_dt"}, nil},
	{"an empty text for a name", "abs.get_all_pt_from_abs", eachRow(func(row map[string]any) { row["account"] = "" }), []string{"behaviour /*/account"}, nil},
	{"another currency", "abs.get_all_pt_from_abs", eachRow(func(row map[string]any) { row["cur"] = "USD" }), []string{"behaviour /*/cur"}, nil},
	{"a row twice on a page", "abs.get_all_pt_from_abs", listed(func(rows []any) []any {
		if len(rows) == 2 {
			rows[1] = rows[0]
		}
		return rows
	}), []string{"behaviour /*/refer"}, nil},
	{"pages in an order by chance", "abs.get_all_pt_from_abs", paged(func(page, per int) (from, to int) {
		start := rand.New(rand.NewPCG(1, uint64(page))).IntN(3)
		return start, min(start+per, start+per)
	}), []string{"behaviour body"}, nil},
	{"the last page is never shown", "abs.get_all_pt_from_abs", paged(func(page, per int) (from, to int) {
		return min((page-1)*per, 4), min(page*per, 4)
	}), []string{"behaviour body"}, nil},
	{"demands are not kept", "abs.reg_pt", func(http.Handler) http.Handler {
		return says(200, "application/json", `{"error_text":"","error_code":0}`)
	},
		[]string{"abs.get_all_pt_from_abs behaviour body"}, []string{"outcome /error_code"}},
}

func TestUnlikeAnswers(t *testing.T) {
	t.Parallel()
	said := goldenMessages(t, "unlike.txt")
	for _, u := range slices.Concat(unlikeKYC, unlikeK2, unlikeABS, unlikeLists) {
		t.Run(u.operation+": "+u.name, func(t *testing.T) {
			t.Parallel()
			service, _, _ := strings.Cut(u.operation, ".")
			report := verified(t, onOperation(t, served(t).Handler(), u), func(o *verify.Options) { o.Operations = []string{service + ".*"} })
			compareLines(t, "findings", u.operation, u.want, report.Findings)
			compareLines(t, "notes", u.operation, u.notes, report.Notes)
			said.add(t, u.operation+": "+u.name, report)
			for _, f := range slices.Concat(report.Findings, report.Notes) {
				if f.Quote == "" || f.Seen == "" || f.Expected == "" || f.Document == "" || len(f.Cases) == 0 || f.Count < 1 {
					t.Errorf("the finding says too little: %+v", f)
				}
			}
		})
	}
}

// onOperation spoils one operation and leaves the others alone.
func onOperation(t *testing.T, next http.Handler, u unlike) http.Handler {
	t.Helper()
	op, ok := contractTable(t).Operation(u.operation)
	if !ok {
		t.Fatalf("no operation %s", u.operation)
	}
	prefix, _, isPrefix := strings.Cut(op.Path, "{")
	spoiled := u.spoil(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == op.Path || isPrefix && strings.HasPrefix(r.URL.Path, prefix) {
			spoiled.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func compareLines(t *testing.T, what, operation string, want []string, got []verify.Finding) {
	t.Helper()
	var whole []string
	for _, line := range want {
		if strings.Count(line, " ") == 1 {
			line = operation + " " + line
		}
		whole = append(whole, line)
	}
	if diff := cmp.Diff(whole, lines(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
		for _, f := range got {
			t.Logf("%s: expected %s, seen %s, in %v", line(f), f.Expected, f.Seen, f.Cases)
		}
	}
}
