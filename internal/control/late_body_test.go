package control_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/kzsim/kzsim/internal/clock"
	"github.com/kzsim/kzsim/internal/control"
	"github.com/kzsim/kzsim/internal/sandbox"
)

// lateBody is a body that comes after something has happened.
type lateBody struct {
	io.Reader
	before func()
}

// Read implements io.Reader.
func (b *lateBody) Read(p []byte) (int, error) {
	if b.before != nil {
		b.before()
		b.before = nil
	}
	return b.Reader.Read(p)
}

// TestPermissionIsLostBeforeTheBody: between the headers and the body of a request
// its sandbox is deleted, or deleted and made again with another token. The request is
// refused by each route that takes a body, and changes nothing.
func TestPermissionIsLostBeforeTheBody(t *testing.T) {
	for _, madeAgain := range []bool{false, true} {
		name := "deleted"
		if madeAgain {
			name = "made again"
		}
		for _, route := range routes {
			if route.method != "PUT" && route.method != "POST" {
				continue
			}
			t.Run(name+"/"+route.method+" "+route.path, func(t *testing.T) {
				checkLostPermission(t, madeAgain, route.method, route.path)
			})
		}
	}
}

// bodies that change something, by the last part of a route's path.
var lateBodies = map[string]string{
	"/{sandbox}": `{"seed": 99}`, "/sandboxes": `{"id": "two"}`, "/clock": `{"mode": "speed", "speed": 60}`,
	"/advance": `{"by": "90s"}`, "/profile": `{"preset": "strict"}`, "/answer": `{"with": "approve"}`, "/reply": `{"text": "no"}`,
	"/expectations": `{on: kyc.info.*, count: 0}`, "/scenario": deskScenario, "/faults": `{on: abs.get_acc, fault: reset}`,
	"/chaos": `{"share": 0.5}`, "/given": "subjects: []", "/scope": "[]", "/check": "version: 2", "/snapshot": "{}", "/reset": "", "/repeat": "",
	"/incoming-demands": `{"refer": "PTP0", "iinbin": "901123300258", "amount": 1}`,
	"/withdraw":         `{"reason_code": "06"}`, "/return": `{"reason_code": "06"}`,
}

// withoutBody are the routes that take none, by what they answer here.
var withoutBody = map[string]int{
	"/sandboxes/{sandbox}/reset":                        http.StatusOK,
	"/sandboxes/{sandbox}/deliveries/{delivery}/repeat": http.StatusNotFound,
}

func checkLostPermission(t *testing.T, madeAgain bool, method, route string) {
	d := newDesk(t, control.Access{Token: "secret"})
	body, known := lateBodies[route[strings.LastIndexByte(route, '/'):]]
	if !known {
		t.Fatalf("lateBodies has no body for %s", route)
	}
	path := "/_sim" + strings.NewReplacer("{sandbox}", "one", "{iin}", "901123300258", "{phone}", "77011234567").Replace(route)
	var before string
	late := &lateBody{strings.NewReader(body), func() {
		if err := d.pool.Delete("one"); err != nil {
			t.Error(err)
		}
		if madeAgain {
			if _, err := d.pool.Create(sandbox.Config{ID: "one", Seed: 7, Clock: clock.Settings{Mode: clock.Frozen}}); err != nil {
				t.Error(err)
			}
		}
		before = d.everything()
	}}
	w := d.late(method, path, late)
	if w.Code != http.StatusUnauthorized && w.Code != withoutBody[route] {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if late.before != nil { // refused by its headers, or the route takes no body
		return
	}
	diff(t, "what the sandboxes are", before, d.everything())
}

// late sends a request with the token of the sandbox `one`.
func (d *desk) late(method, path string, body io.Reader) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, body)
	r.Host = "sim.example.kz"
	r.Header.Set("Authorization", "Bearer "+d.token)
	w := httptest.NewRecorder()
	d.gateway.ServeHTTP(w, r)
	return w
}

// everything that the sandboxes hold.
func (d *desk) everything() string {
	var all strings.Builder
	for _, sb := range d.pool.List() {
		taken, err := sb.Snapshot()
		if err != nil {
			d.t.Fatal(err)
		}
		text, err := json.Marshal(taken)
		if err != nil {
			d.t.Fatal(err)
		}
		scope, _ := json.Marshal(sb.Coverage().Scope())
		all.WriteString(sb.ID() + string(text) + string(scope) + "\n")
	}
	return all.String()
}

// TestTokenOfASandboxNamesNoURL: it opens the sandbox that is there, and doesn't say
// where deliveries go.
func TestTokenOfASandboxNamesNoURL(t *testing.T) {
	d := newGuardedDesk(t)
	own := []string{"Host", "sim.example.kz", "Authorization", "Bearer " + d.token}
	if w := d.do("PUT", "/_sim/sandboxes/one", `{"seed": 5}`, own...); w.Code != http.StatusOK {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	w := d.do("PUT", "/_sim/sandboxes/one", `{"deliver": {"abs.post_all_loan_exclude_to_eko": "http://127.0.0.1:1/"}}`, own...)
	if w.Code != http.StatusForbidden || !strings.Contains(w.Body.String(), `"pointer":"/deliver"`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// TestDeletionIsOfTheSandboxThatTheTokenOpens: one that was made again under the same
// id stays.
func TestDeletionIsOfTheSandboxThatTheTokenOpens(t *testing.T) {
	d := newDesk(t, control.Access{})
	old, err := d.pool.Get("one")
	if err != nil {
		t.Fatal(err)
	}
	if err := d.pool.Delete("one"); err != nil {
		t.Fatal(err)
	}
	if _, err := d.pool.Create(sandbox.Config{ID: "one"}); err != nil {
		t.Fatal(err)
	}
	if err := d.pool.Remove(old); err == nil {
		t.Error("the old sandbox is removed a second time")
	}
	if _, err := d.pool.Get("one"); err != nil {
		t.Error(err)
	}
}
