package k2_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/kzsim/kzsim/internal/contract/calltest"
	"github.com/kzsim/kzsim/internal/papers/paperstest"
)

// TestRegistrySamples answers the document's three references to the byte, but
// for the host of the urls (ledger 46), and serves each file that they name.
func TestRegistrySamples(t *testing.T) {
	b := newBench(t)
	requests, responses := samplesOf(t, byRefer, "request"), samplesOf(t, byRefer, "response")
	for i, request := range requests {
		a := b.Ask(byRefer, request)
		b.expect(a, "found", strings.ReplaceAll(responses[i], "http://127.0.0.1/", "http://127.0.0.1:8080/"))
	}
	for _, q := range samplesOf(t, getFile, "request") {
		expectFile(t, b.Ask(getFile, q))
	}
}

func expectFile(t *testing.T, a calltest.Answer) {
	t.Helper()
	if a.Outcome != "file" || a.Status != 200 || a.File == nil {
		t.Fatalf("%s, status %d, file %v", a.Outcome, a.Status, a.File)
	}
	if a.File.Type != "application/pdf" || !bytes.HasPrefix(a.File.Content, []byte("%PDF-")) {
		t.Errorf("a file of type %s that begins with %.8q", a.File.Type, a.File.Content)
	}
}

// TestFile is the same whenever it is asked for.
func TestFile(t *testing.T) {
	b := newBench(t)
	q := query("code", "CUST-e72c013d-2a8d-42fd-b267-9917a70fd27f", "attachment", "true")
	first := b.Ask(getFile, q)
	b.pass(100 * time.Hour)
	second := b.Ask(getFile, q)
	if !bytes.Equal(first.File.Content, second.File.Content) || !first.File.ModTime.Equal(second.File.ModTime) {
		t.Error("the file has changed with the time")
	}
	if first.File.Name != "0000000001.pdf" {
		t.Errorf("it is called %s", first.File.Name)
	}
	for _, text := range []string{"№ 0000000001", "«21» февраля 2020 года", "000000000002", "файл № 8894"} {
		if !paperstest.Has(first.File.Content, text) {
			t.Errorf("%q is not in the file", text)
		}
	}
}

// TestDisposition: as the manual has it a file comes with Content-Disposition only where the
// query asks for it.
func TestDisposition(t *testing.T) {
	const code = "CUST-820989b2-b545-496a-be37-5c70a7e9ec79"
	for _, test := range []struct{ query, sample, manual string }{
		{query("code", code), "attachment", ""},
		{query("code", code, "attachment", "true"), "attachment", "attachment"},
		{query("code", code, "inline", "true"), "inline", "inline"},
		{query("code", code, "attachment", "true", "inline", "true"), "attachment", "attachment"},
		{query("code", code, "attachment", "false", "inline", "true"), "inline", "inline"},
		{query("code", code, "attachment", "false"), "attachment", ""},
	} {
		for preset, want := range map[string]string{"documents": test.sample, "observed": test.manual} {
			b := newBench(t)
			b.Set("preset", preset)
			if got := b.Ask(getFile, test.query).File.Disposition; got != want {
				t.Errorf("%s, %s: %q, want %q", preset, test.query, got, want)
			}
		}
	}
}

// TestBase64 text of a file, as the manual has it.
func TestBase64(t *testing.T) {
	const code = "CUST-820989b2-b545-496a-be37-5c70a7e9ec79"
	b := newBench(t)
	plain, asked := b.Ask(getFile, query("code", code)), query("code", code, "base64", "true")
	if got := b.Ask(getFile, asked).File; !bytes.Equal(got.Content, plain.File.Content) {
		t.Error("by default base64=true changes the file")
	}
	b.Set("k2.getfile", "manual")
	got := b.Ask(getFile, asked).File
	decoded, err := base64.StdEncoding.DecodeString(string(got.Content))
	if err != nil || !bytes.Equal(decoded, plain.File.Content) || !strings.HasPrefix(got.Type, "text/plain") {
		t.Errorf("%s of %d bytes: %v", got.Type, len(got.Content), err)
	}
	if got := b.Ask(getFile, query("code", code, "base64", "false")).File; got.Type != "application/pdf" {
		t.Errorf("base64=false answers %s", got.Type)
	}
}

// TestFileNamesAreNames: the numbers of agreements have slashes, as the documents'
// own has, and a client may save the file under the name that it is given.
func TestFileNamesAreNames(t *testing.T) {
	for number, name := range map[string]string{
		"0000000000": "0000000000.pdf", "RBEZ20-700/XX-000XXX": "RBEZ20-700-XX-000XXX.pdf", "../Ж 1": "..-Ж 1.pdf",
	} {
		b := newBench(t)
		b.mustGive("k2.rzap", fmt.Sprintf(`{"refer":"R","items":[{"dbz_num":%q,"dbz_dt":"2020-02-21","iin":"901123300258","file":"C"}]}`, number))
		if got := b.Ask(getFile, query("code", "C")).File.Name; got != name {
			t.Errorf("the file of %s is called %s, want %s", number, got, name)
		}
	}
}

func TestUnknownFile(t *testing.T) {
	for _, code := range []string{"CUST-none", "8892", " "} {
		b := newBench(t)
		a := b.Ask(getFile, query("code", code))
		b.expect(a, "not-found", b.said(getFile, "not-found"))
		if a.Status != 404 {
			t.Errorf("status %d, want 404", a.Status)
		}
	}
}

func TestUnknownRegistry(t *testing.T) {
	b := newBench(t)
	b.expect(b.Ask(byRefer, `{"refer":"HSBKRX0000000004"}`), "none", b.said(byRefer, "none"))
}

// TestGivenRegistry serves what a scenario has put there: a code of its own, one
// that is made up, and no file.
func TestGivenRegistry(t *testing.T) {
	b := newBench(t)
	b.mustGive("k2.rzap", `{"refer":"R/1","items":[
		{"dbz_num":"1","dbz_dt":"2020-02-21","iin":"901123300258","file":"CUST-мой файл"},
		{"dbz_num":"2","dbz_dt":"2020-02-22","iin":"901123300258"},
		{"dbz_num":"3","dbz_dt":"2020-02-23","iin":"901123300258","file":false}]}`)
	items := b.Ask(byRefer, `{"refer":"R/1"}`).JSON(t).(map[string]any)["items"].([]any)
	if len(items) != 3 {
		t.Fatalf("%d items", len(items))
	}
	for i, date := range []string{"2020-02-21 00:00:00", "2020-02-22 00:00:00", "2020-02-23 00:00:00"} {
		item := items[i].(map[string]any)
		_, hasID := item["file_id"]
		link, hasURL := item["url"].(string)
		if item["dbz_dt"] != date || hasID != (i < 2) || hasURL != (i < 2) {
			t.Errorf("item %v, want the date %s and a file: %t", item, date, i < 2)
		}
		if !hasURL {
			continue
		}
		u, err := url.Parse(link)
		if err != nil || u.Host != "127.0.0.1:8080" || u.Path != "/restapi/getfile" {
			t.Fatalf("url %s (%v)", link, err)
		}
		a := b.Ask(getFile, u.RawQuery)
		expectFile(t, a)
		if !a.File.ModTime.Equal(b.Now) {
			t.Errorf("the file is of %v, want the scenario's start", a.File.ModTime)
		}
	}
	b.mustGive("k2.rzap", `{"refer":"HSBKRX0000000001","items":[]}`)
	b.expect(b.Ask(byRefer, `{"refer":"HSBKRX0000000001"}`), "none", b.said(byRefer, "none"))
}

// TestForcedRegistry can be followed to its file.
func TestForcedRegistry(t *testing.T) {
	b := newBench(t)
	a := b.Do(want(byRefer, `{"refer":"NEW"}`, "found"))
	item := a.JSON(t).(map[string]any)["items"].([]any)[0].(map[string]any)
	u, err := url.Parse(item["url"].(string))
	if err != nil {
		t.Fatal(err)
	}
	expectFile(t, b.Ask(getFile, u.RawQuery))
	expectFile(t, b.Do(want(getFile, query("code", "CUST-new"), "file")))
	expectFile(t, b.Ask(getFile, query("code", "CUST-new")))
}
