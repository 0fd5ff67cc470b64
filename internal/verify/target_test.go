package verify_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/verify/target"
)

var environment = map[string]string{"KYC_KEY": "the-key", "ABS_TOKEN": "the-token", "CONTROL": "c"}

func readTarget(t *testing.T, file string) (target.Target, error) {
	t.Helper()
	return target.Read("folder/target.yaml", []byte(file), contractTable(t), func(name string) string { return environment[name] })
}

const targetFile = `version: 1
target: Staging
services:
  kyc: {url: "https://kyc.example", api_key: {env: KYC_KEY}, tls: {ca: ca.pem}}
  k2: {url: "https://k2.example/gateway/", proxy: "http://proxy.example:3128"}
  abs:
    operations:
      abs.get_cli: https://colvir.example/clients?channel=k2
    headers: {Authorization: {env: ABS_TOKEN, prefix: "Bearer "}}
    tls: {cert: client.pem, key: /secure/client.key}
control_url: http://127.0.0.1:8080
control_token: {env: CONTROL}
allow: [k2.k2loan_*, kyc.info.exec_proc]
subjects:
  - {iin: 061211600012, phone: 77011234567, documents: [passport]}
references:
  abs.get_cli: {iinbin: 00012}
  k2.k2extreq_by_dbz: {contract_number: KD1, dbz_dt: 2014-02-08}
absent:
  abs.get_cli: {iinbin: "850624300987"}
limits: {rate: 2.5, timeout: 10s}
human: {wait: 3m, poll: 1s}
accepted:
  - {operation: abs.*, path: /sectecon, kind: type, reason: until release 7}
`

func TestTargetIsRead(t *testing.T) {
	got, err := readTarget(t, targetFile)
	if err != nil {
		t.Fatal(err)
	}
	want := target.Target{
		Name: "Staging",
		Services: map[string]target.Service{
			"kyc": {URL: "https://kyc.example", APIKey: "the-key", Headers: map[string]string{}, TLS: target.TLSFiles{CA: "folder/ca.pem"}},
			"k2":  {URL: "https://k2.example/gateway/", Headers: map[string]string{}, Proxy: "http://proxy.example:3128"},
			"abs": {
				Operations: map[string]string{"abs.get_cli": "https://colvir.example/clients?channel=k2"},
				Headers:    map[string]string{"Authorization": "Bearer the-token"},
				TLS:        target.TLSFiles{Cert: "folder/client.pem", Key: "/secure/client.key"},
			},
		},
		ControlURL: "http://127.0.0.1:8080", ControlToken: "c",
		Allow:    []string{"k2.k2loan_*", "kyc.info.exec_proc"},
		Subjects: []target.Subject{{IIN: "061211600012", Phone: "77011234567", Documents: []string{"passport"}}},
		References: map[string]map[string]any{
			"abs.get_cli": {"iinbin": "00012"}, "k2.k2extreq_by_dbz": {"contract_number": "KD1", "dbz_dt": "2014-02-08"},
		},
		Absent: map[string]map[string]any{"abs.get_cli": {"iinbin": "850624300987"}},
		Rate:   2.5, Timeout: 10 * time.Second, Wait: 3 * time.Minute, Poll: time.Second,
		Accepted: []target.Acceptance{{Operation: "abs.*", Path: "/sectecon", Kind: "type", Reason: "until release 7"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAddressesOfTargets(t *testing.T) {
	tg, err := readTarget(t, targetFile)
	if err != nil {
		t.Fatal(err)
	}
	bare := target.Of(map[string]string{"abs": "http://bank.example/services/"})
	for _, c := range []struct {
		target    target.Target
		operation string
		want      string
	}{
		{tg, "kyc.address.get", "https://kyc.example/api/v1/backend/address/"},
		{tg, "k2.getfile", "https://k2.example/gateway/restapi/getfile"},
		{tg, "abs.get_cli", "https://colvir.example/clients?channel=k2"},
		{tg, "abs.get_acc", ""},
		{bare, "abs.get_acc", "http://bank.example/services/get_acc"},
		{bare, "kyc.address.get", ""},
	} {
		op, ok := contractTable(t).Operation(c.operation)
		if !ok {
			t.Fatal(c.operation)
		}
		if got := c.target.Address(op); got != c.want {
			t.Errorf("%s is at %q, want %q", c.operation, got, c.want)
		}
	}
}

func TestTargetAllows(t *testing.T) {
	tg, err := readTarget(t, targetFile)
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]bool{
		"abs.get_cli": true, "k2.k2loan_from_eko": true, "kyc.info.exec_proc": true,
		"abs.reg_pt": false, "k2.k2extreq_pay_from_eko": false, "kyc.address.approve": false,
	} {
		op, _ := contractTable(t).Operation(id)
		if got := tg.Allows(op); got != want {
			t.Errorf("%s is allowed: %v", id, got)
		}
	}
}

// Every mistake is told with its place.
func TestMistakesInTargets(t *testing.T) {
	const head = "version: 1\nservices:\n  abs: {url: 'http://a'}\n"
	for name, c := range map[string]struct{ file, want string }{
		"an empty file":                    {"", "target.yaml:1:1: found an empty document, expected version and services"},
		"no YAML":                          {"version: 1\n  services: x", "target.yaml:2:3: found a line indented by 2 spaces"},
		"a tab":                            {"version: 1\nservices:\n\tabs: x", "target.yaml:3:"},
		"another version":                  {"version: 2\nservices: {abs: {url: 'http://a'}}", `target.yaml:1:10: version: found 2, expected 1`},
		"an entry in quotes":               {"version: 1\nservices:\n  \"abs: x\"", `target.yaml:3:3: services: found a key and its value in one pair of quotes, expected quotes around the value alone, or none: abs: x`},
		"no services":                      {"version: 1", "target.yaml:1:1: found no services, expected the key services"},
		"an unknown service":               {"version: 1\nservices:\n  ab: {url: 'http://a'}", `target.yaml:3:3: services.ab: found an unknown key, expected one of abs, k2, kyc; did you mean "abs"?`},
		"an unknown key":                   {head + "alow: [abs.reg_pt]", `target.yaml:4:1: alow: found an unknown key, expected one of absent, accepted, allow, control_token, control_url, human, limits, references, services, subjects, target, version; did you mean "allow"?`},
		"letters in another order":         {"version: 1\nservices:\n  abs: {ulr: 'http://a'}", `target.yaml:3:9: services.abs.ulr: found an unknown key, expected one of api_key, headers, operations, proxy, tls, url; did you mean "url"?`},
		"a service's key beside it":        {"version: 1\nservices:\n  abs: {url: 'http://a'}\n  proxy: 'http://p'", `target.yaml:4:3: services.proxy: found an unknown key, expected one of abs, k2, kyc; proxy goes into abs or k2 or kyc`},
		"a key of the top in a service":    {"version: 1\nservices:\n  abs: {url: 'http://a', allow: []}", `target.yaml:3:26: services.abs.allow: found an unknown key, expected one of api_key, headers, operations, proxy, tls, url; allow goes to the top of the document`},
		"a key twice":                      {head + "allow: []\nallow: []", "target.yaml:5:1: allow: found \"allow\" a second time, expected it once; the first is on line 4"},
		"a service without url":            {"version: 1\nservices:\n  abs: {proxy: 'http://p'}", "target.yaml:3:8: services.abs: found no url, expected the key url"},
		"an address of another kind":       {"version: 1\nservices:\n  abs: {url: 'ftp://a'}", `target.yaml:3:14: services.abs.url: found "ftp://a", expected an address such as`},
		"a password in an address":         {"version: 1\nservices:\n  abs: {url: 'https://me:secret@a'}", "target.yaml:3:14: services.abs.url: "},
		"a credential in the file":         {"version: 1\nservices:\n  kyc: {url: 'http://a', api_key: Efy202XK}", `target.yaml:3:35: services.kyc.api_key: found "Efy202XK", expected a mapping with env, prefix`},
		"a variable that is not set":       {"version: 1\nservices:\n  kyc: {url: 'http://a', api_key: {env: NOT_SET}}", "target.yaml:3:41: services.kyc.api_key.env: found the variable NOT_SET, which is not set, expected one that holds the credential"},
		"no variable's name":               {"version: 1\nservices:\n  kyc: {url: 'http://a', api_key: {env: 'not a name'}}", `target.yaml:3:41: services.kyc.api_key.env: found "not a name", expected the name of an environment variable`},
		"an operation of another service":  {"version: 1\nservices:\n  abs: {operations: {k2.getfile: 'http://a'}}", `target.yaml:3:22: services.abs.operations.k2.getfile: found the operation "k2.getfile", expected an operation of abs`},
		"an unknown operation's address":   {"version: 1\nservices:\n  abs: {operations: {abs.get_clii: 'http://a'}}", `target.yaml:3:22: services.abs.operations.abs.get_clii: found the operation "abs.get_clii", expected an operation of the contract; did you mean "abs.get_cli"?`},
		"an unknown operation's reference": {head + "references:\n  abs.get_ac: {iinbin: 1}", `target.yaml:5:3: references.abs.get_ac: found the operation "abs.get_ac", expected an operation of the contract; did you mean "abs.get_acc"?`},
		"a reference's unknown field":      {head + "references:\n  abs.get_pdf: {dbz_date: 2014-02-08}", `target.yaml:5:17: references.abs.get_pdf.dbz_date: found "dbz_date", expected a field of the request: dbz_dt, dbz_num, dea_dt, iinbin; did you mean "dbz_dt"?`},
		"a date with the day first":        {head + "references:\n  abs.get_pdf: {dbz_num: a, dbz_dt: 08.02.2014}", `target.yaml:5:37: references.abs.get_pdf.dbz_dt: found "08.02.2014", expected a date of the calendar, such as 2014-02-08; did you mean "2014-02-08"?`},
		"a day that there isn't, in a row": {head + "absent:\n  k2.k2loan_from_eko: {dbz_dt: 2014-02-30}", `target.yaml:5:32: absent.k2.k2loan_from_eko.dbz_dt: found "2014-02-30", expected a date of the calendar, such as 2014-02-08`},
		"a pattern that nothing fits":      {head + "allow: [abs.reg_pt, abs.unreg*]", `target.yaml:4:21: allow[1]: found "abs.unreg*", which no operation fits, expected an operation's id`},
		"a key in capitals":                {"version: 1\nservices:\n  abs: {URL: 'http://a'}", `target.yaml:3:9: services.abs.URL: found an unknown key, expected one of api_key, headers, operations, proxy, tls, url; did you mean "url"?`},
		"a key with a Cyrillic letter":     {"version: 1\nsеrvices:\n  abs: {url: 'http://a'}", `target.yaml:2:1: sеrvices: found an unknown key, in which letter 2 of sеrvices, е, is Cyrillic and the others are Latin, expected one of`},
		"a time with a word":               {head + "limits: {timeout: 25 sec}", `target.yaml:4:19: limits.timeout: found "25 sec", expected a value such as 30s; did you mean "25s"?`},
		"a person without the first zero":  {head + "subjects: [{iin: 31231500126}]", `target.yaml:4:18: subjects[0].iin: found "31231500126", expected a number of 12 digits, with the zeros at its beginning`},
		"a document that there isn't":      {head + "subjects: [{iin: 031231500126, documents: [pasport]}]", `target.yaml:4:44: subjects[0].documents[0]: found "pasport", expected a type of document of kyc.edocument.request; did you mean "passport"?`},
		"an acceptance without a reason":   {head + "accepted:\n  - {operation: abs.get_cli, path: /x}", "target.yaml:5:5: accepted[0]: found no reason, expected the key reason"},
		"an empty reason":                  {head + "accepted:\n  - {operation: abs.get_cli, path: /x, reason: ''}", "target.yaml:5:48: accepted[0].reason: found \"\", expected a text of 1 characters or more"},
		"a time without a unit":            {head + "limits: {timeout: 30}", `target.yaml:4:19: limits.timeout: found 30, expected a text such as 30s`},
		"a certificate without a key":      {"version: 1\nservices:\n  abs: {url: 'http://a', tls: {cert: c.pem}}", "target.yaml:3:31: services.abs.tls: found no key, expected the key key"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := readTarget(t, c.file)
			if err == nil {
				t.Fatal("no error")
			}
			if !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "folder/") {
				t.Errorf("error\n%s\nwant\n%s", err, c.want)
			}
		})
	}
}

func TestAllMistakesInTargetsAreToldInOrder(t *testing.T) {
	_, err := readTarget(t, "version: 1\nservices:\n  kyc: {url: 'http://a', api_key: {env: NOT_SET}}\nallow: [nothing]\nabsent: {nobody: {a: 1}}\n")
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != 3 || !strings.Contains(lines[0], ":3:") || !strings.Contains(lines[1], ":4:") || !strings.Contains(lines[2], ":5:") {
		t.Errorf("errors:\n%s", err)
	}
}

// The file that the documentation shows is one that works.
func TestDocumentedTargetFile(t *testing.T) {
	page, err := os.ReadFile("../../docs/verify.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(page), "```yaml\n")
	file, _, ok := strings.Cut(rest, "```")
	if !ok {
		t.Fatal("no file in docs/verify.md")
	}
	set := func(string) string { return "a credential" }
	if _, err := target.Read("docs/verify.md", []byte(file), contractTable(t), set); err != nil {
		t.Error(err)
	}
}
