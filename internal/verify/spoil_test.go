package verify_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
)

// answered is what the simulator answered, for a wrong server to spoil.
type answered struct {
	status int
	header http.Header
	body   []byte
}

// outcome that the simulator says it is.
func (a *answered) outcome() string { return a.header.Get("Sim-Outcome") }

// edit the decoded body.
func (a *answered) edit(change func(body any) any) {
	dec := json.NewDecoder(bytes.NewReader(a.body))
	dec.UseNumber()
	var body any
	if dec.Decode(&body) != nil {
		return
	}
	body = change(body)
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(body); err != nil {
		panic(err)
	}
	a.body = bytes.TrimSpace(b.Bytes())
}

// spoiling is a reverse proxy that spoils the answers of one operation.
func spoiling(t testing.TB, next http.Handler, operation string, spoil func(*http.Request, *answered)) http.Handler {
	t.Helper()
	table := contractTable(t)
	op, ok := table.Operation(operation)
	if !ok {
		t.Fatalf("no operation %s", operation)
	}
	prefix, _, _ := strings.Cut(op.Path, "{")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != op.Path && (prefix == op.Path || !strings.HasPrefix(r.URL.Path, prefix)) {
			next.ServeHTTP(w, r)
			return
		}
		recorder := httptest.NewRecorder()
		next.ServeHTTP(recorder, r)
		a := &answered{status: recorder.Code, header: recorder.Header(), body: recorder.Body.Bytes()}
		a.header.Set("Content-Length", "")
		spoil(r, a)
		if a.header.Get("Content-Length") == "" {
			a.header.Set("Content-Length", strconv.Itoa(len(a.body)))
		}
		for name, values := range a.header {
			w.Header()[name] = values
		}
		w.WriteHeader(a.status)
		_, _ = w.Write(a.body)
	})
}

// in edits a member of the objects that a path leads to; * is every item.
func in(path string, change func(object map[string]any)) func(*http.Request, *answered) {
	return func(_ *http.Request, a *answered) {
		a.edit(func(body any) any {
			each(body, strings.Split(strings.Trim(path, "/"), "/"), change)
			return body
		})
	}
}

func each(at any, path []string, change func(map[string]any)) {
	if len(path) == 0 || path[0] == "" {
		if object, ok := at.(map[string]any); ok {
			change(object)
		}
		return
	}
	switch at := at.(type) {
	case map[string]any:
		each(at[path[0]], path[1:], change)
	case []any:
		for _, item := range at {
			each(item, path[1:], change)
		}
	}
}

// drop, set and rename a member where there is one.
func drop(path, name string) func(*http.Request, *answered) {
	return in(path, func(object map[string]any) { delete(object, name) })
}

func set(path, name string, value any) func(*http.Request, *answered) {
	return in(path, func(object map[string]any) {
		if _, ok := object[name]; ok {
			object[name] = value
		}
	})
}

func add(path, name string, value any) func(*http.Request, *answered) {
	return in(path, func(object map[string]any) { object[name] = value })
}

// when spoils the answers of one outcome only.
func when(outcome string, spoil func(*http.Request, *answered)) func(*http.Request, *answered) {
	return func(r *http.Request, a *answered) {
		if a.outcome() == outcome {
			spoil(r, a)
		}
	}
}

func status(code int) func(*http.Request, *answered) {
	return func(_ *http.Request, a *answered) { a.status = code }
}

func body(text string) func(*http.Request, *answered) {
	return func(_ *http.Request, a *answered) { a.body = []byte(text) }
}

func header(name, value string) func(*http.Request, *answered) {
	return func(_ *http.Request, a *answered) { a.header.Set(name, value) }
}

// number makes a number of a string that is one.
func number(path, name string) func(*http.Request, *answered) {
	return in(path, func(object map[string]any) {
		if text, ok := object[name].(string); ok {
			object[name] = json.Number(text)
		}
	})
}

// paged lists demands by another reckoning of pages: it asks for all and cuts
// the page out itself.
func paged(bounds func(page, per int) (from, to int)) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			sent, _ := io.ReadAll(r.Body)
			var asked map[string]any
			var page, per int
			if json.Unmarshal(sent, &asked) == nil {
				page, _ = strconv.Atoi(fmt.Sprint(asked["page "]))
				per, _ = strconv.Atoi(fmt.Sprint(asked["perpage"]))
			}
			if r.URL.Path != "/abs/get_all_pt_from_abs" || per != 2 || asked["ben_bin"] != nil {
				r.Body = io.NopCloser(bytes.NewReader(sent))
				next.ServeHTTP(w, r)
				return
			}
			asked["page "], asked["perpage"] = 1, 1000
			whole, _ := json.Marshal(asked)
			r.Body = io.NopCloser(bytes.NewReader(whole))
			recorder := httptest.NewRecorder()
			next.ServeHTTP(recorder, r)
			var list []json.RawMessage
			if err := json.Unmarshal(recorder.Body.Bytes(), &list); err != nil {
				panic(err)
			}
			from, to := bounds(page, per)
			rows := list[1:]
			rows = rows[min(from, len(rows)):min(to, len(rows))]
			cut, _ := json.Marshal(append(list[:1:1], rows...))
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write(cut)
		})
	}
}
