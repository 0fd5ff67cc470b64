package verify_test

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/kzsim/kzsim/internal/inprocess"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/abs"
	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/testgolden"
	"github.com/kzsim/kzsim/internal/verify"
	"github.com/kzsim/kzsim/internal/verify/report"
	"github.com/kzsim/kzsim/internal/verify/target"
	"github.com/kzsim/kzsim/schemas"
)

// reportedBank is an ABS with something for every section of a report: findings, notes,
// what is accepted and no longer so, and answers that settle what is open.
var reportedBank = map[string]struct {
	status      int
	contentType string
	body        string
}{
	"/get_cli":              {200, "application/json", `{"error_text":"","error_code":0,"iinbin":"901123300258","fullname":"АСАНОВ <b>ДІАС</b> | Ғ.","sectecon":"9"}`},
	"/get_acc":              {200, "application/json", `{"error_text":"","error_code":0,"ibans":[]}`},
	"/get_acc_stmt_dt":      {200, "application/json", `{"error_text":"","error_code":0,"stmt":[{"purpose":"p","amount":1,"cur":"KZT","DC":"D","out_bal":1,"id":7}]}`},
	"/get_pdf":              {200, "image/tiff", "II*\x00\x08\x00\x00\x00\x01\x00 a picture"},
	"/colvir_get_loan_debt": {404, "application/json", `{"error_text":"нет договора","error_code":404}`},
	"/way4_get_loan_debt":   {502, "text/html", "<html>Bad Gateway</html>"},
	"/get_all_pt_from_abs":  {200, "application/json", `{"error_text":"","error_code":0,"all_count":0,"items":[]}`},
}

func serveReportedBank(w http.ResponseWriter, r *http.Request) {
	answer, ok := reportedBank[r.URL.Path]
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", answer.contentType)
	w.Header().Set("Content-Disposition", `attachment; filename="scan.tif"`)
	w.WriteHeader(answer.status)
	_, _ = io.WriteString(w, answer.body)
}

// reported verifies the bank on a frozen clock, and tells progress of every result.
func reported(t *testing.T, progress func(verify.Result)) *verify.Report {
	t.Helper()
	table, err := contract.New(schemas.FS, abs.Service())
	if err != nil {
		t.Fatal(err)
	}
	frozen, err := clock.New(clock.Settings{Mode: clock.Frozen, Start: time.Date(2024, 3, 1, 9, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	tg := target.Of(map[string]string{"abs": "http://abs.bank.test"})
	tg.Name, tg.Rate = "ABS of the bank, staging", target.NoRate
	tg.Subjects = []target.Subject{{IIN: "901123300258"}}
	tg.Accepted = []target.Acceptance{
		{Operation: "abs.get_acc_stmt_dt", Path: "/stmt/*/id", Reason: "a field for tracing, agreed on"},
		{Operation: "abs.get_acc", Path: "/ibans", Reason: "null until release 7"},
	}
	r, err := verify.Run(context.Background(), verify.Options{
		Table: table, Target: tg, Clock: frozen, Seed: 1, Progress: progress,
		Transport: inprocess.Transport(http.HandlerFunc(serveReportedBank)),
		Kinds:     []string{verify.WellFormed, verify.Flow},
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestReports(t *testing.T) {
	var live bytes.Buffer
	terminal := report.NewTerminal(&live, false)
	r := reported(t, terminal.Progress)
	if err := terminal.Finish(r); err != nil {
		t.Fatal(err)
	}
	testgolden.Compare(t, "report/testdata/report.txt", live.Bytes())
	for name, write := range map[string]func(io.Writer, *verify.Report) error{
		"report.json": report.JSON, "report.xml": report.JUnit, "report.md": report.Markdown, "report.html": report.HTML,
	} {
		var b bytes.Buffer
		if err := write(&b, r); err != nil {
			t.Fatal(err)
		}
		testgolden.Compare(t, "report/testdata/"+name, b.Bytes())
	}
}

func TestColourIsOnlyColour(t *testing.T) {
	var plain, coloured bytes.Buffer
	p, c := report.NewTerminal(&plain, false), report.NewTerminal(&coloured, true)
	r := reported(t, func(result verify.Result) { p.Progress(result); c.Progress(result) })
	if p.Finish(r) != nil || c.Finish(r) != nil {
		t.Fatal("a write failed")
	}
	if !strings.Contains(coloured.String(), "\x1b[31m") {
		t.Error("no red for findings")
	}
	without := regexp.MustCompile(`\x1b\[[0-9]+m`).ReplaceAllString(coloured.String(), "")
	if diff := cmp.Diff(plain.String(), without); diff != "" {
		t.Errorf("the text differs: %s", diff)
	}
}

func TestPageNeedsNothingElse(t *testing.T) {
	var b bytes.Buffer
	if err := report.HTML(&b, reported(t, nil)); err != nil {
		t.Fatal(err)
	}
	for _, forbidden := range []string{"<script", "<link", "<img", "<iframe", "@import", "url(", "src=", "<b>ДІАС"} {
		if strings.Contains(b.String(), forbidden) {
			t.Errorf("the page contains %q", forbidden)
		}
	}
	dec := xml.NewDecoder(&b)
	dec.Strict, dec.AutoClose, dec.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	pictures, cells := 0, 0
	for {
		token, err := dec.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if start, ok := token.(xml.StartElement); ok && start.Name.Local == "svg" {
			pictures++
		} else if ok && start.Name.Local == "rect" {
			cells++
		}
	}
	if pictures != 1+4 || cells < 30 { // the matrix of ABS and four samples of colour
		t.Errorf("%d pictures with %d cells", pictures, cells)
	}
}

func TestJUnitCountsAddUp(t *testing.T) {
	r := reported(t, nil)
	var b bytes.Buffer
	if err := report.JUnit(&b, r); err != nil {
		t.Fatal(err)
	}
	var read struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Suites   []struct {
			Tests    int `xml:"tests,attr"`
			Failures int `xml:"failures,attr"`
			Cases    []struct {
				Failure *struct{} `xml:"failure"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal(b.Bytes(), &read); err != nil {
		t.Fatal(err)
	}
	tests, failures, failing := 0, 0, 0
	for _, s := range read.Suites {
		tests, failures = tests+s.Tests, failures+s.Failures
		for _, c := range s.Cases {
			if c.Failure != nil {
				failing++
			}
		}
	}
	if tests != read.Tests || tests != len(r.Results) || failures != read.Failures || failing != failures || failures == 0 {
		t.Errorf("tests %d, %d; failures %d, %d, %d", tests, read.Tests, failures, read.Failures, failing)
	}
}

func TestJSONReadsBack(t *testing.T) {
	r := reported(t, nil)
	var b bytes.Buffer
	if err := report.JSON(&b, r); err != nil {
		t.Fatal(err)
	}
	var read verify.Report
	if err := json.Unmarshal(b.Bytes(), &read); err != nil {
		t.Fatal(err)
	}
	if len(read.Findings) != len(r.Findings) || len(read.Results) != len(r.Results) || read.Good || read.Format != 1 {
		t.Errorf("read %d findings, %d results", len(read.Findings), len(read.Results))
	}
}
