package abs_test

import (
	"bytes"
	"net/url"
	"testing"
	"time"

	"github.com/kzsim/kzsim/internal/papers/paperstest"
	"github.com/kzsim/kzsim/internal/population"
)

func scanQuery(number, date, iinbin string) string {
	return url.Values{"dbz_num": {number}, "dbz_dt": {date}, "iinbin": {iinbin}}.Encode()
}

func TestScanNamesTheLoan(t *testing.T) {
	b := newBench(t)
	iin, l := somebody(t)
	date := l.DbzDate.Format(time.DateOnly)
	got := b.Ask("abs.get_pdf", scanQuery(l.DbzNumber, date, iin)+"&dea_dt=2020.01.02")
	check(t, got, "scan", "")
	if got.Status != 200 || got.Body != "" || got.File == nil {
		t.Fatalf("HTTP %d %q, file %v", got.Status, got.Body, got.File)
	}
	f := got.File
	if f.Type != "application/pdf" || f.Name != "ДБЗ "+l.DbzNumber+" от "+date+".pdf" || f.Disposition != "attachment" || !f.ModTime.Equal(l.DbzDate) {
		t.Errorf("%s %q as %q, of %s", f.Type, f.Name, f.Disposition, f.ModTime)
	}
	if !bytes.HasPrefix(f.Content, []byte("%PDF-")) {
		t.Fatalf("no PDF: %q", f.Content[:10])
	}
	for _, text := range []string{
		l.DbzNumber, l.DbzDate.Format("02.01.2006"), iin, l.FullName, "02.01.2020", l.IBAN, population.OwnBank().Name,
	} {
		if !paperstest.Has(f.Content, text) {
			t.Errorf("%q is not in the scan", text)
		}
	}
}

func TestScanAsTIFF(t *testing.T) {
	b := newBench(t, "abs.scan", "tiff")
	f := b.Ask("abs.get_pdf", sample(t, "abs.get_pdf")).File
	if f.Type != "image/tiff" || f.Name != "ДБЗ KD0000000 от 2020-01-01.tiff" || !bytes.HasPrefix(f.Content, []byte("II*\x00")) {
		t.Errorf("%s %q %q", f.Type, f.Name, f.Content[:4])
	}
}

// TestFileNamesAreNames: numbers of agreements have slashes (RBEZ20-700/XX), and
// a client sends anything.
func TestFileNamesAreNames(t *testing.T) {
	b := newBench(t)
	for number, want := range map[string]string{
		"RBEZ20-700/XX-000XXX": "ДБЗ RBEZ20-700-XX-000XXX от 2020-01-01.pdf",
		"../../etc/passwd\x00": "ДБЗ ..-..-etc-passwd- от 2020-01-01.pdf",
		"a\"b\r\nc":            "ДБЗ a-b--c от 2020-01-01.pdf",
	} {
		got := b.Ask("abs.get_pdf", scanQuery(number, "2020-01-01", "000000000000"))
		if got.File == nil || got.File.Name != want {
			t.Errorf("%q: %+v, want %q", number, got.File, want)
		}
	}
	long := b.Ask("abs.get_pdf", scanQuery(string(bytes.Repeat([]byte("Ж"), 1000)), "2020-01-01", "000000000000"))
	if n := len([]rune(long.File.Name)); n > 100 {
		t.Errorf("a name of %d letters", n)
	}
}

func TestWhichScansThereAre(t *testing.T) {
	iin, l := somebody(t)
	date := l.DbzDate.Format(time.DateOnly)
	const other = "791028302728"
	loaded := population.Loan{ContractNumber: "CONTRACT-1", DbzNumber: "DBZ/1", DbzDate: l.DbzDate, IINBIN: iin, FullName: "X"}
	for _, test := range []struct {
		name, given, query string
		documents          string
		about              []string
		strict             string
	}{
		{name: "the client's", query: scanQuery(l.DbzNumber, date, iin), documents: "scan", strict: "scan"},
		{name: "loaded into K2", query: scanQuery("DBZ/1", date, iin), documents: "scan", strict: "scan"},
		{name: "loaded without a date", query: scanQuery("DBZ/2", date, iin), documents: "scan", strict: "scan"},
		{name: "another date", query: scanQuery(l.DbzNumber, "2001-01-01", iin), documents: "scan", about: []string{"/dbz_dt"}, strict: "not-found"},
		{name: "nobody's", query: sample(t, "abs.get_pdf"), documents: "scan", about: []string{"/dbz_num"}, strict: "not-found"},
		{name: "somebody else's", query: scanQuery(l.DbzNumber, date, other), documents: "not-found", about: []string{"/iinbin"}, strict: "not-found"},
		{name: "somebody else's in K2", query: scanQuery("DBZ/1", date, other), documents: "not-found", about: []string{"/iinbin"}, strict: "not-found"},
		{name: "no number", query: scanQuery("KD1", date, notANumber), documents: "scan", about: []string{"/iinbin", "/dbz_num"}, strict: "not-found"},
		{name: "said to be missing", given: `{"dbz_num":"` + l.DbzNumber + `","missing":true}`, query: scanQuery(l.DbzNumber, date, iin), documents: "not-found", strict: "not-found"},
		{name: "said to be there", given: `{"dbz_num":"KD0000000","missing":false}`, query: scanQuery("KD0000000", date, other), documents: "scan", strict: "scan"},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(t)
			putLoan(b, loaded)
			putLoan(b, population.Loan{ContractNumber: "CONTRACT-2", DbzNumber: "DBZ/2", IINBIN: iin})
			if test.given != "" {
				mustGive(t, b, "abs.scans", test.given)
			}
			check(t, b.Ask("abs.get_pdf", test.query), test.documents, "", test.about...)
			b.Set("preset", "strict")
			if got := b.Ask("abs.get_pdf", test.query); got.Outcome != test.strict {
				t.Errorf("strict: %s, want %s", got.Outcome, test.strict)
			}
		})
	}
}

func TestNoScanForAStranger(t *testing.T) {
	b := newBench(t)
	iin, l := somebody(t)
	mustGive(t, b, "abs.clients", `{"iinbin":"`+iin+`","unknown":true}`)
	check(t, b.Ask("abs.get_pdf", scanQuery(l.DbzNumber, l.DbzDate.Format(time.DateOnly), iin)), "not-found", "")
}

// TestForcedScanOfSomebodyElse shows the asked client, never the owner.
func TestForcedScanOfSomebodyElse(t *testing.T) {
	b := newBench(t)
	_, l := somebody(t)
	const other = "791028302728"
	owner, asked := l.FullName, people.Person(other).FullName()
	got := b.Do(wanted("abs.get_pdf", scanQuery(l.DbzNumber, "2020-01-01", other), "scan"))
	if paperstest.Has(got.File.Content, owner) || !paperstest.Has(got.File.Content, asked) {
		t.Error("the scan is the owner's")
	}
}

func TestScanIsNotOfTheFuture(t *testing.T) {
	b := newBench(t)
	got := b.Ask("abs.get_pdf", scanQuery("KD1", "2099-01-01", "000000000000"))
	if !got.File.ModTime.Equal(b.Now) {
		t.Errorf("modified %s, and it is %s", got.File.ModTime, b.Now)
	}
}
