package verify_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/verify"
)

// wrong is a server that is wrong in one point.
type wrong struct {
	name      string
	operation string
	spoil     func(*http.Request, *answered)
	want      []string // findings: kind and path
}

var wrongKYC = []wrong{
	{"a field dropped", "kyc.info.exec_proc", drop("*", "debtor_iin"), []string{"missing-field /*/debtor_iin"}},
	{"a field of a claimant dropped", "kyc.info.exec_proc", in("*", func(row map[string]any) {
		if row["recoverer_name"] != nil {
			delete(row, "recoverer_name")
		}
	}), []string{"missing-field /*/recoverer_name"}},
	{"a number for a string", "kyc.info.exec_proc", number("*", "recovery_amount"), []string{"type /*/recovery_amount"}},
	{"two decimals for three", "kyc.info.exec_proc", set("*", "recovery_amount", "144167.00"), []string{"format /*/recovery_amount"}},
	{"an extra field", "kyc.info.exec_proc", when("found", add("*", "debtor_age", 42)), []string{"undocumented-field /*/debtor_age"}},
	{"an object for the list", "kyc.info.exec_proc", when("found", func(_ *http.Request, a *answered) {
		a.edit(func(body any) any { return map[string]any{"results": body} })
	}), []string{"type body"}},
	{"another error envelope", "kyc.info.exec_proc", when("not-found", body(`{"error": {"code": 404, "text": "Subject not found"}}`)), []string{"envelope body"}},
	{"an error's text in another case", "kyc.info.exec_proc", when("not-found", body(`{"detail": "subject not found"}`)), []string{"error-text /detail"}},
	{"a documented error with another status", "kyc.info.exec_proc", when("unavailable", status(500)), []string{"status status"}},
	{"a status for each subject", "kyc.address.approve", when("valid", set("", "status", "APPROVED")), []string{"format /status"}},
	{"an expire_date before the answer", "kyc.address.approve", when("pending", set("", "expire_date", "2023-01-01T12:59:15Z")), []string{"type /expire_date"}},
	{"a session that is no UUID", "kyc.address.approve", set("", "backend_session_id", "17"), []string{"format /backend_session_id"}},
	{"a missing trailing slash", "kyc.address.get", func(_ *http.Request, a *answered) {
		a.status, a.body = 404, []byte(`{"detail":"Not found."}`)
	}, []string{"status status"}},
	{"a redirect to the trailing slash", "kyc.address.get", func(_ *http.Request, a *answered) {
		a.status, a.body = 301, nil
		a.header.Set("Location", "/api/v1/backend/address")
	}, []string{"status status"}},
	{"a date without an offset", "kyc.address.get", set("address/country", "changeDate", "2008-03-01 13:21:44"), []string{"format /address/country/changeDate"}},
	{"an HTML page's content type", "kyc.address.get", when("found", header("Content-Type", "text/html; charset=utf-8")), []string{"header header Content-Type"}},
	{"another charset", "kyc.address.get", header("Content-Type", "application/json; charset=windows-1251"), []string{"header header Content-Type"}},
	{"an address for everybody", "kyc.address.get", when("found", set("", "iin", "850210301899")), []string{"behaviour /iin"}},
	{"a spelling that is right", "kyc.address.get", when("already-received", body(`{"detail":"Address data is empty or data already received"}`)), []string{"error-text /detail"}},
	{"an address as often as one likes", "kyc.address.get", func(r *http.Request, a *answered) {
		if a.outcome() == "already-received" && r.Header.Get("Prefer") == "" {
			a.status, a.body = 200, []byte(`{"iin":"901123300258","address":{"country":{"code":"398","nameRu":"a","nameKz":"b","changeDate":"2008-03-01T13:21:44+06:00"},"region":{"code":"1","nameRu":"a","nameKz":"b","changeDate":"2008-03-01T13:21:45+06:00"},"city":"c","street":"s","building":"1"}}`)
		}
	}, []string{"outcome status"}},
	{"201 for 200", "kyc.edocument.request", when("requested", status(201)), []string{"status status"}},
	{"a document without its barcode", "kyc.edocument.approve", drop("", "barcode"), []string{"missing-field /barcode"}},
	{"the image for the PDF", "kyc.edocument.approve", when("document-pdf", in("", func(object map[string]any) {
		object["document_image"], object["document_pdf"] = object["document_pdf"], nil
	})), []string{"behaviour /document_image"}},
	{"a document twice", "kyc.edocument.approve", func(r *http.Request, a *answered) {
		if a.outcome() == "already-received" && r.Header.Get("Prefer") == "" {
			a.body = []byte(`{"detail":"You have not sent a request for access to an e-document"}`)
		}
	}, []string{"outcome body"}},
	{"a body cut off", "kyc.info.exec_proc", when("found", func(_ *http.Request, a *answered) {
		a.header.Set("Content-Length", strconv.Itoa(len(a.body)))
		a.body = a.body[:len(a.body)/2]
	}), []string{"body body"}},
}

var wrongK2 = []wrong{
	{"error_code as a string", "k2.k2loan_from_eko", when("accepted", set("", "error_code", "0")), []string{"type /error_code"}},
	{"no error_text", "k2.k2loan_sync_debt", drop("", "error_text"), []string{"missing-field /error_text"}},
	{"another envelope for a success", "k2.k2loan_sync_debt", when("accepted", body(`{"status":"ok"}`)), []string{"envelope body"}},
	{"no content", "k2.k2loan_sync_debt", when("accepted", func(_ *http.Request, a *answered) { a.status, a.body = 204, nil }), []string{"status status"}},
	{"one code for the batch and its rows", "k2.k2loan_from_eko", when("bad-iin-length", set("", "error_code", 15)), []string{"outcome /error_code"}},
	{"another code of a row", "k2.k2extreq_pay_from_eko", when("duplicate-trn-id", set("errors/*", "error_code", 23505)), []string{"outcome /errors/*/error_code"}},
	{"another text of a row", "k2.k2extreq_pay_from_eko", when("duplicate-trn-id", set("errors/*", "error_text", "duplicate")), []string{"error-text /errors/*/error_text"}},
	{"the row's index for its request_id", "k2.k2extreq_pay_from_eko", set("errors/*", "request_id", 0), []string{"behaviour /errors/*/request_id"}},
	{"a payment taken twice", "k2.k2extreq_pay_from_eko", func(r *http.Request, a *answered) {
		if a.outcome() == "duplicate-trn-id" && r.Header.Get("Prefer") == "" && !bytes.Contains(a.body, []byte(`901`)) {
			a.body = []byte(`{"error_text":"","error_code":0}`)
		}
	}, []string{"outcome /error_code"}},
	{"a sum as a number", "k2.k2extreq_by_dbz", number("items/*", "amount"), []string{"type /items/*/amount"}},
	{"a field of the demand renamed", "k2.k2extreq_by_dbz", in("items/*", func(row map[string]any) {
		row["status"] = row["stat_id$"]
		delete(row, "stat_id$")
	}), []string{"missing-field /items/*/stat_id$", "undocumented-field /items/*/status"}},
	{"no items where there are none", "k2.k2extreq_by_dbz", func(_ *http.Request, a *answered) {
		a.edit(func(body any) any {
			if object, ok := body.(map[string]any); ok && object["error_code"] == json.Number("0") {
				object["items"] = nil
			}
			return body
		})
	}, []string{"type /items"}},
	{"a date without a time", "k2.k2inforeq_rzap_by_refer", set("items/*", "dbz_dt", "2020-02-21"), []string{"format /items/*/dbz_dt"}},
	{"an url without a file_id", "k2.k2inforeq_rzap_by_refer", drop("items/*", "file_id"), []string{"missing-field /items/*/file_id"}},
	{"an url that leads elsewhere", "k2.k2inforeq_rzap_by_refer", set("items/*", "url", "https://files.example/8892"), []string{"behaviour /items/*/url"}},
	{"a file without a byte", "k2.getfile", when("file", body("")), []string{"body body"}},
	{"a page for the file", "k2.getfile", when("file", func(_ *http.Request, a *answered) {
		a.body = []byte("<html>log in</html>")
	}), []string{"body body"}},
	{"success for what isn't on the list", "k2.k2loan_exclude_off_by_iin_dbznum", when("not-found", body(`{"error_code":0,"error_text":""}`)), []string{"outcome /error_code"}},
	{"an error without a text", "k2.k2loan_exclude_on_by_iin_dbznum", when("bad-iin-length", set("", "error_text", "")), []string{"error-text /error_text"}},
	{"another text of an error", "k2.k2loan_exclude_on_by_iin_dbznum", when("bad-iin-length", set("", "error_text", "Неверная длина ИИН")), []string{"error-text /error_text"}},
}

var wrongABS = []wrong{
	{"a string for a number", "abs.get_cli", set("", "sectecon", "9"), []string{"type /sectecon"}},
	{"another client", "abs.get_cli", set("", "iinbin", "850210301899"), []string{"behaviour /iinbin"}},
	{"null for a list", "abs.get_acc", set("", "ibans", nil), []string{"type /ibans"}},
	{"a name in another style", "abs.get_acc", in("ibans/*", func(row map[string]any) {
		row["account_name"] = row["accountName"]
		delete(row, "accountName")
	}), []string{"missing-field /ibans/*/accountName", "undocumented-field /ibans/*/account_name"}},
	{"a word for a letter", "abs.get_acc_stmt_dt", set("stmt/*", "DC", "Debit"), []string{"format /stmt/*/DC"}},
	{"a scan of another type", "abs.get_pdf", when("scan", header("Content-Type", "text/html")), []string{"header header Content-Type"}},
	{"a scan without a name", "abs.get_pdf", when("scan", func(_ *http.Request, a *answered) { a.header.Del("Content-Disposition") }), []string{"header header Content-Disposition"}},
	{"a scan that is none", "abs.get_pdf", when("scan", body("II*\x00 TIFF")), []string{"body body"}},
	{"a body that breaks off", "abs.reg_pt", when("registered", func(_ *http.Request, a *answered) {
		a.header.Set("Content-Length", strconv.Itoa(len(a.body)))
		a.body = a.body[:5]
	}), []string{"body body"}},
	{"a debt as a string", "abs.colvir_get_loan_debt", set("", "debt", "100000"), []string{"type /debt"}},
	{"the comma that the document lacks", "abs.way4_get_loan_debt", when("debt", func(_ *http.Request, a *answered) {
		a.body = bytes.Replace(a.body, []byte(`,"debt"`), []byte(` "debt"`), 1)
	}), []string{"body body"}},
	{"a count as a string", "abs.get_all_pt_from_abs", set("*", "all_count", "5"), []string{"type /*/all_count"}},
	{"a filter that filters nothing", "abs.get_all_pt_from_abs", set("*", "iinbin", "850210301899"), []string{"behaviour /*/iinbin"}},
	{"another day than was asked for", "abs.get_all_pt_from_abs", set("*", "doc_at", "2021-01-04"), []string{"behaviour /*/doc_at"}},
	{"no error_text", "abs.post_all_loan_exclude_to_eko", drop("", "error_text"), []string{"missing-field /error_text"}},
	{"another envelope", "abs.refuse_pt", when("refused", body(`{"result":true}`)), []string{"envelope body"}},
	{"server error", "abs.return_pt", when("returned", status(500)), []string{"status status"}},
}

// wrongPages can't be said of a single answer.
var wrongPages = map[string]func(http.Handler) http.Handler{
	"a page too far":        paged(func(page, per int) (from, to int) { return page * per, (page + 1) * per }),
	"a row too far":         paged(func(page, per int) (from, to int) { return (page-1)*per + 1, page*per + 1 }),
	"a row too many":        paged(func(page, per int) (from, to int) { return (page - 1) * per, page*per + 1 }),
	"always the first page": paged(func(_, per int) (from, to int) { return 0, per }),
}

func TestWrongServers(t *testing.T) {
	said := goldenMessages(t, "wrong.txt")
	for service, all := range map[string][]wrong{"kyc": wrongKYC, "k2": wrongK2, "abs": wrongABS} {
		for _, w := range all {
			t.Run(w.operation+": "+w.name, func(t *testing.T) {
				t.Parallel()
				report := verified(t, spoiling(t, served(t).Handler(), w.operation, w.spoil), func(o *verify.Options) {
					o.Operations = []string{service + ".*"}
				})
				var want []string
				for _, line := range w.want {
					want = append(want, w.operation+" "+line)
				}
				caught(t, report, want)
				said.add(t, w.operation+": "+w.name, report)
			})
		}
	}
}

func TestWrongPages(t *testing.T) {
	for name, spoil := range wrongPages {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			report := verified(t, spoil(served(t).Handler()), func(o *verify.Options) { o.Operations = []string{"abs.*"} })
			caught(t, report, []string{"abs.get_all_pt_from_abs behaviour body"})
		})
	}
}

// caught compares the findings with those that there should be, and looks that
// each of them says what an engineer of the other side needs.
func caught(t *testing.T, report *verify.Report, want []string) {
	t.Helper()
	if diff := cmp.Diff(want, lines(report.Findings)); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	if len(report.Notes) > 0 {
		t.Errorf("notes: %v", lines(report.Notes))
	}
	if report.Good {
		t.Error("the report is good")
	}
	for _, f := range report.Findings {
		if f.Quote == "" || f.Seen == "" || f.Expected == "" || f.Document == "" || len(f.Cases) == 0 {
			t.Errorf("the finding says too little: %+v", f)
		}
	}
}

func TestSlowServer(t *testing.T) {
	next := served(t).Handler()
	slow := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/abs/get_cli" && r.Header.Get("Prefer") == "outcome=found" {
			<-r.Context().Done()
			return
		}
		next.ServeHTTP(w, r)
	})
	report := verified(t, slow, func(o *verify.Options) {
		o.Operations, o.Target.Timeout = []string{"abs.get_cli", "abs.get_acc"}, time.Second
	})
	caught(t, report, []string{"abs.get_cli no-answer answer"})
}

func TestServerThatHangsUp(t *testing.T) {
	next := served(t).Handler()
	broken := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/abs/get_cli" {
			panic(http.ErrAbortHandler)
		}
		next.ServeHTTP(w, r)
	})
	report := verified(t, broken, func(o *verify.Options) {
		o.Operations, o.Kinds = []string{"abs.get_cli", "abs.get_acc"}, []string{verify.WellFormed, verify.ByName}
	})
	findings := lines(report.Findings)
	if diff := cmp.Diff([]string{"abs.get_cli no-answer answer"}, findings); diff != "" {
		t.Error(diff)
	}
}
