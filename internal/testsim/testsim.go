// Package testsim has the command sim linked, and handlers asked in process, for tests.
package testsim

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
)

// Link the command into a file, without cgo and symbols as it is given away. The go command keeps what it links for go run,
// and not what it links for go build: so it is linked once for all packages whose tests ask for it here.
func Link(file string) error {
	cmd := exec.Command("go", "run", "-buildvcs=false", "-ldflags", "-s -w", "-exec", "cp", "github.com/kzsim/kzsim/cmd/sim", file)
	cmd.Env = append(cmd.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go run: %w\n%s", err, out)
	}
	return nil
}

// Request of a client on the same machine. A body is JSON; the header is names, each followed by its value.
func Request(method, path, body string, header ...string) *http.Request {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Host = "127.0.0.1:8080"
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return r
}

// Ask a handler in process, with a Request.
func Ask(handler http.Handler, method, path, body string, header ...string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, Request(method, path, body, header...))
	return w
}
