package verify_test

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kzsim/kzsim/internal/verify"
	"github.com/kzsim/kzsim/internal/verify/target"
)

// says answers everything alike.
func says(status int, contentType, body string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	})
}

// dead targets of every kind. They are not services.
var dead = map[string]http.Handler{
	"refuses the connection":   nil,
	"closes the connection":    http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }),
	"says nothing":             says(200, "application/json", ""),
	"says {}":                  says(200, "application/json", "{}"),
	"says []":                  says(200, "application/json", "[]"),
	"says null":                says(200, "application/json", "null"),
	"says OK":                  says(200, "text/plain", "OK"),
	"has no content":           says(204, "", ""),
	"503 with a page":          says(503, "text/html", "<html>Service Unavailable</html>"),
	"503 of KZ Info":           says(503, "application/json", `{"detail":"KZ Citizen Info service is not available now"}`),
	"503 of E-Document":        says(503, "application/json", `{"detail":"EDocument service is not available now"}`),
	"409 of Address":           says(409, "application/json", `{"detail":"Could not send request to address service"}`),
	"no subscription":          says(400, "application/json", `{"detail":"Client does not have subscription"}`),
	"an error of the database": says(200, "application/json", `{"error_code":-1,"error_text":"ORA-12541: TNS:no listener"}`),
	"an error as a string":     says(200, "application/json", `{"error_code":"-1","error_text":"ORA-12541"}`),
	"404 in the body":          says(200, "application/json", `{"error_code":404,"error_text":"not found"}`),
	"success without content":  says(200, "application/json", `{"error_code":0,"error_text":""}`),
	"401":                      says(401, "application/json", `{"detail":"Authentication credentials were not provided."}`),
	"404":                      says(404, "application/json", `{"detail":"Subject not found"}`),
	"404 without a body":       says(404, "", ""),
	"500":                      says(500, "application/json", `{"error_code":500,"error_text":"internal error"}`),
	"redirects to a login":     http.RedirectHandler("/login", http.StatusFound),
	"redirects to itself": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, r.URL.Path, http.StatusMovedPermanently)
	}),
	"is a login page":         says(200, "text/html; charset=utf-8", "<html><form action=/login><input name=password></form></html>"),
	"is a login page as JSON": says(200, "application/json", "<html><form action=/login></form></html>"),
}

// informed knows all that a target file can say of a target.
func informed(o *verify.Options) {
	everywhere := map[string]map[string]any{}
	for _, op := range o.Table.Operations() {
		if op.ID != "kyc.address.get" && op.ID != "kyc.edocument.approve" {
			everywhere[op.ID] = map[string]any{"iinbin": "901123300258"}
		}
	}
	o.Target.Allow, o.Target.References = []string{"*"}, everywhere
	o.Target.Subjects = []target.Subject{{IIN: "901123300258", Phone: "77011234567", Documents: []string{"passport"}}}
	if kyc, ok := o.Target.Services["kyc"]; ok {
		kyc.APIKey = "key-of-the-organisation-00000000000000000000000"
		o.Target.Services["kyc"] = kyc
	}
}

// A dead target is not right, whatever the suite may do and knows there, of one
// service as of all.
func TestDeadTargetsAreNotRight(t *testing.T) {
	said := goldenMessages(t, "dead.txt")
	for name, handler := range dead {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			address := "http://127.0.0.1:1"
			if handler != nil {
				server := httptest.NewUnstartedServer(handler)
				server.Config.ErrorLog = log.New(io.Discard, "", 0)
				server.Start()
				defer server.Close()
				address = server.URL
			}
			for _, services := range []string{"kyc", "k2", "abs", "kyc k2 abs"} {
				for known, inform := range map[string]func(*verify.Options){"bare": func(*verify.Options) {}, "informed": informed} {
					report := verified(t, nil, func(o *verify.Options) {
						o.Transport, o.Target = nil, target.Of(nil)
						for service := range strings.FieldsSeq(services) {
							o.Target.Services[service] = target.Service{URL: address}
						}
						o.Target.Timeout = 10 * time.Second
					}, quick, inform)
					notRight(t, services+", "+known, report)
					if services == "kyc k2 abs" {
						said.addServices(name+", "+known, report)
					}
				}
			}
		})
	}
}

// notRight fails the test for a report that is good, or that doesn't say of each
// service what would change it.
func notRight(t *testing.T, name string, report *verify.Report) {
	t.Helper()
	if report.Good {
		t.Errorf("%s: right, with %d results", name, len(report.Results))
	}
	for _, s := range report.Services {
		if s.Verified == 0 && len(s.Unverified) == 0 {
			t.Errorf("%s: it isn't said what would let %s be verified", name, s.Name)
		}
	}
}

// One dead service beside two that work is not right either.
func TestOneDeadServiceOfThree(t *testing.T) {
	for _, service := range []string{"kyc", "k2", "abs"} {
		t.Run(service, func(t *testing.T) {
			t.Parallel()
			good := httptest.NewServer(served(t).Handler())
			defer good.Close()
			report := verified(t, nil, func(o *verify.Options) {
				overNetwork(o, good.URL)
				o.Target.Services[service] = target.Service{URL: "http://127.0.0.1:1"}
			}, quick)
			notRight(t, service, report)
			for _, s := range report.Services {
				if (s.Verified == 0) != (s.Name == service) {
					t.Errorf("%d operations of %s are verified", s.Verified, s.Name)
				}
			}
		})
	}
}

// A documented error is the right answer to a case that asks for it. To what the
// target file says is known there it is a finding.
func TestErrorsToWhatIsKnown(t *testing.T) {
	for _, c := range []struct {
		name, operation, answer string
		status                  int
		references              bool
		want                    []string
	}{
		{"no reference", "abs.way4_get_loan_debt", `{"error_code":404,"error_text":"Договор не найден"}`, 200, false, nil},
		{"a reference", "abs.way4_get_loan_debt", `{"error_code":404,"error_text":"Договор не найден"}`, 200, true, []string{"outcome /error_code"}},
		{"a reference, an unknown error", "abs.way4_get_loan_debt", `{"error_code":-1,"error_text":"ORA-1"}`, 200, true, []string{"outcome /error_code"}},
		{"a reference, an error with its status", "abs.way4_get_loan_debt", `{"error_code":404,"error_text":"нет"}`, 404, true, []string{"status status"}},
		{"a reference, no scan", "abs.get_pdf", ``, 404, true, []string{"outcome status"}},
		{"a reference, an error for a scan", "abs.get_pdf", `{"error_code":-1,"error_text":"ORA-1"}`, 200, true, []string{"outcome /error_code"}},
		{"no reference, no scan", "abs.get_pdf", ``, 404, false, nil},
		{"a page needs nothing", "abs.get_all_pt_from_abs", `{"error_code":-1,"error_text":"ORA-1"}`, 200, false, []string{"outcome /error_code"}},
		{"a subject", "kyc.info.exec_proc", `{"detail":"Subject not found"}`, 404, false, []string{"outcome status"}},
		{"a subject without an account", "abs.get_acc", `{"error_code":404,"error_text":"Клиент не найден"}`, 200, false, []string{"outcome /error_code"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			report := verified(t, says(c.status, "application/json", c.answer), quick, informed, func(o *verify.Options) {
				o.Target.References, o.Operations, o.Kinds = nil, []string{c.operation}, []string{verify.WellFormed}
				if c.references {
					o.Target.References = map[string]map[string]any{c.operation: {"contract_number": "KD0000000001", "dbz_num": "KD1"}}
				}
			})
			var want []string
			for _, line := range c.want {
				want = append(want, c.operation+" "+line)
			}
			if diff := cmp.Diff(want, lines(report.Findings)); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			if report.Good {
				t.Error("the report is good")
			}
		})
	}
}

func TestStandings(t *testing.T) {
	s := served(t)
	report := verified(t, stranger(s.Handler()), quick, func(o *verify.Options) {
		o.Target.Allow = []string{"abs.reg_pt"}
		o.Target.Subjects = []target.Subject{{IIN: "901123300258"}}
	})
	want := map[string]string{
		"kyc.info.exec_proc": "not-allowed: it costs a look-up and is not named under allow",
		"abs.get_cli":        "verified: ", "abs.reg_pt": "verified: ",
		"abs.refuse_pt":      "not-allowed: it writes and is not named under allow",
		"k2.k2extreq_by_dbz": "verified: ", "k2.getfile": "verified: ",
	}
	for _, op := range report.Operations {
		if line := fmt.Sprintf("%s: %s", op.Standing, op.Why); want[op.ID] != "" && want[op.ID] != line {
			t.Errorf("%s is %s, want %s", op.ID, line, want[op.ID])
		}
		c := op.Counts
		if sum := c.Succeeded + c.Refused + c.Unanswered; sum > c.Asked || (op.Standing == verify.Verified) != (c.Succeeded > 0) {
			t.Errorf("%s: %+v", op.ID, c)
		}
	}
	if report.Good {
		t.Error("KYC was not asked, and the report is good")
	}
	i := slices.IndexFunc(report.Services, func(s verify.ServiceReport) bool { return s.Name == "kyc" })
	if text := strings.Join(report.Services[i].Unverified, "\n"); !strings.Contains(text, "name them under allow") {
		t.Errorf("what would change it: %q", text)
	}
}

func TestRequireVerified(t *testing.T) {
	h := stranger(served(t).Handler())
	lenient := func(o *verify.Options) { o.Operations = []string{"abs.*"} }
	if report := verified(t, h, quick, lenient); !report.Good || len(report.Unverified()) == 0 {
		t.Errorf("good %v, unverified %v, findings %v", report.Good, report.Unverified(), lines(report.Findings))
	}
	strict := func(o *verify.Options) { o.RequireVerified = true }
	if report := verified(t, h, quick, lenient, strict); report.Good {
		t.Error("good, though operations are not verified")
	}
	if report := verified(t, served(t).Handler(), strict); !report.Good {
		t.Errorf("the simulator is not verified: %v", report.Unverified())
	}
}

// An error says little about a service that was never seen in success.
func TestMalformedAloneAsksWhatIsWellFormed(t *testing.T) {
	one := func(o *verify.Options) { o.Kinds, o.Operations = []string{verify.Malformed}, []string{"abs.get_cli"} }
	if report := verified(t, served(t).Handler(), one); !report.Good {
		t.Errorf("the simulator is not right: %v", report.Services)
	}
	if report := verified(t, says(400, "application/json", `{"detail":"no"}`), quick, one); report.Good {
		t.Error("a server that refuses everything is right")
	}
}

func TestWrongAddresses(t *testing.T) {
	for address, want := range map[string]string{
		"abs.bank.kz":                    `the address of abs: found "abs.bank.kz", expected a URL such as https://abs.bank.kz/services`,
		"ftp://abs.bank.kz":              "expected a URL",
		"http://":                        "expected a URL",
		"http://abs.bank.kz?channel=k2":  "found the query ?channel=k2, expected none",
		"http://abs.bank.kz/#top":        "found the fragment #top, expected none",
		"http://user:secret@abs.bank.kz": "found credentials in the URL, expected none",
	} {
		_, err := verify.Run(t.Context(), verify.Options{Table: contractTable(t), Target: target.Of(map[string]string{"abs": address})})
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v, want %s", address, err, want)
		}
	}
}

func TestOperationOfAServiceWithoutAnAddress(t *testing.T) {
	_, err := verify.Run(t.Context(), verify.Options{
		Table: contractTable(t), Target: target.Of(map[string]string{"abs": base}), Operations: []string{"abs.get_cli", "kyc.*"},
	})
	if err == nil || err.Error() != `"kyc.*" fits only operations of services that have no address: there are abs` {
		t.Errorf("error %v", err)
	}
}

// The simulator names the nearest path, so the right address can be told.
func TestMisplacedAddress(t *testing.T) {
	server := httptest.NewServer(served(t).Handler())
	defer server.Close()
	if resp := control(t, server.URL+"/_sim/sandboxes/suite", "PUT", "{}"); resp.StatusCode != http.StatusCreated {
		t.Fatal(resp.Status)
	}
	for _, c := range []struct{ service, path, want string }{
		{"abs", "", "/get_cli is no operation of the simulator there; the nearest is /abs/get_cli: give SERVER/abs as the address of abs"},
		{"abs", "/s/suite", "/s/suite/get_cli is no operation of the simulator there; the nearest is /abs/get_cli: give SERVER/s/suite/abs as the address of abs"},
		{"kyc", "/api/v1/backend", "/api/v1/backend/api/v1/backend/info/kz/exec_proc_info/ is no operation of the simulator there; the nearest is " +
			"/api/v1/backend/info/kz/exec_proc_info/: give SERVER as the address of kyc"},
	} {
		report := verified(t, nil, func(o *verify.Options) {
			o.Transport, o.Target = nil, target.Of(map[string]string{c.service: server.URL + c.path})
		})
		notRight(t, c.service, report)
		want := []string{strings.ReplaceAll(c.want, "SERVER", server.URL)}
		if diff := cmp.Diff(want, report.Services[0].Unverified); diff != "" || len(report.Findings) > 0 {
			t.Errorf("%s%s: findings %v (-want +got):\n%s", c.service, c.path, lines(report.Findings), diff)
		}
	}
}

func TestPathThatStandsTwice(t *testing.T) {
	for address, want := range map[string]string{
		"http://k2.test/restapi/services/run": "the address ends in /restapi/services/run, with which the path of k2.k2loan_from_eko begins: give http://k2.test",
		"http://k2.test/gate/restapi/":        "the address ends in /restapi, with which the path of k2.k2loan_from_eko begins: give http://k2.test/gate",
	} {
		report := verified(t, http.NotFoundHandler(), quick, func(o *verify.Options) { o.Target = target.Of(map[string]string{"k2": address}); quick(o) })
		if all := report.Services[0].Unverified; len(all) == 0 || all[len(all)-1] != want {
			t.Errorf("%s: %q", address, all)
		}
	}
}
