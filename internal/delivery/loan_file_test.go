package delivery_test

import (
	"bytes"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/kzsim/kzsim/internal/papers"
	"github.com/kzsim/kzsim/internal/papers/paperstest"
)

var theirScan = papers.Agreement{Number: "KD7", Date: time.Date(2020, 2, 8, 0, 0, 0, 0, time.UTC), Amount: 1}

const granting = `{"error_code":0,"error_text":"","stmt":[
	{"purpose":"Предоставление кредита по договору","amount":900000,"cur":"KZT","DC":"D","out_bal":900000}]}`

// file that getfile answers for a code.
func (b *bank) file(code string) *httptest.ResponseRecorder {
	return b.ask("GET", "/s/k2/restapi/getfile?code="+code, "")
}

// TestLoanFile: the loan's file is the bank's scan with the statement behind it.
func TestLoanFile(t *testing.T) {
	for _, test := range []struct {
		name  string
		scan  []byte
		stmt  string
		lacks string // in the finding
		has   string // the statement; empty for none
		media string // empty for no file
	}{
		{"a PDF and a line", theirScan.PDF(), granting, "", "900000.00", "application/pdf"},
		{"no statement", theirScan.PDF(), `{"error_code":0,"error_text":"","stmt":[]}`, "the statement: the bank has none", "", "application/pdf"},
		{"a TIFF", theirScan.TIFF(), granting, "which can't stand behind this scan", "", "image/tiff"},
		{"no scan", nil, granting, "", "", ""},
		{"an empty scan", []byte{}, granting, "", "", ""},
		{"a scan of 3 MiB", bytes.Repeat([]byte("%PDF"), 3<<18), granting, "", "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			of := newABS(t)
			of.scan = test.scan
			of.become(0, "/abs/get_acc_stmt_dt", test.stmt)
			b := askingBank(t, of)
			b.load("colvir")
			w := b.file("CUST-KD7")
			if test.media == "" {
				if w.Code != 404 {
					t.Errorf("HTTP %d", w.Code)
				}
				return
			}
			got := w.Body.Bytes()
			if w.Code != 200 || w.Header().Get("Content-Type") != test.media || !bytes.HasPrefix(got, test.scan) {
				t.Errorf("HTTP %d, %s, the scan first: %v", w.Code, w.Header().Get("Content-Type"), bytes.HasPrefix(got, test.scan))
			}
			if shows := paperstest.Has(got, "ВЫПИСКА ПО СЧЁТУ"); shows != (test.has != "") || !paperstest.Has(got, test.has) {
				t.Errorf("the statement is shown: %v", shows)
			}
			if finding := w.Header().Get("Sim-Finding"); !strings.Contains(finding, test.lacks) || (finding == "") != (test.lacks == "") {
				t.Errorf("finding %q, want %q", finding, test.lacks)
			}
		})
	}
}

// TestFileOfARegistry: an item of a registry with the loan's agreement has the loan's file.
func TestFileOfARegistry(t *testing.T) {
	of := newABS(t)
	of.scan = theirScan.PDF()
	b := askingBank(t, of)
	b.do(200, "PUT", "/_sim/sandboxes/k2/scenario", `
version: 1
scenario: a-registry
given:
  k2:
    rzap:
      - refer: HSBKRX0000000777
        items: [{dbz_num: KD7, dbz_dt: "2020-02-08", iin: "901123300258", file: CUST-7}]
`)
	if before := b.file("CUST-7"); !paperstest.Has(before.Body.Bytes(), "ДОГОВОР БАНКОВСКОГО ЗАЙМА № KD7") {
		t.Errorf("before: HTTP %d", before.Code)
	}
	b.load("colvir")
	if w := b.file("CUST-7"); !bytes.HasPrefix(w.Body.Bytes(), of.scan) {
		t.Errorf("HTTP %d, not the bank's scan", w.Code)
	}
}

// TestFilesOfOneAgreement: two contracts of one agreement have a file each.
func TestFilesOfOneAgreement(t *testing.T) {
	of := newABS(t)
	of.scan = theirScan.PDF()
	of.become(0, "/abs/get_acc_stmt_dt", granting)
	b := askingBank(t, of)
	b.load("colvir")
	of.become(0, "/abs/get_acc_stmt_dt", strings.Replace(granting, "900000", "800000", 2))
	row := strings.NewReplacer(`"contract_number":"KD7"`, `"contract_number":"KD8"`, `"id":77`, `"id":78`).Replace(fmt.Sprintf(loanRow, "colvir"))
	b.do(200, "POST", "/s/k2/restapi/services/run/k2loan_from_eko", "["+strings.Replace(row, `"dbz_contract_number":"KD8"`, `"dbz_contract_number":"KD7"`, 1)+"]")
	b.settle()
	for code, lent := range map[string]string{"CUST-KD7": "900000.00", "CUST-KD8": "800000.00"} {
		if w := b.file(code); w.Code != 200 || !paperstest.Has(w.Body.Bytes(), lent) {
			t.Errorf("%s: HTTP %d, not with %s", code, w.Code, lent)
		}
	}
}
