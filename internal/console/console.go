// Package console is the pages at /_sim/, on which a person sees what happens in
// a sandbox and has a hand in it. They are plain HTML, CSS and JavaScript modules
// that are part of the program, and talk to the control API like any other client
// of it.
//
// The pages hold nothing of a sandbox, so they load without a token; where the
// control API needs one they ask for it and keep it in a cookie that no script
// can read.
package console

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/kzsim/kzsim/internal/control"
	"github.com/kzsim/kzsim/internal/problem"
)

// Root is the path of the console's page; what it is made of lies below Root +
// "console/".
const Root = "/_sim/"

const assetPath = Root + "console/"

// SessionPath answers what the token of a request opens.
const SessionPath = assetPath + "session"

// Options of the console.
type Options struct {
	// Control serves everything below /_sim/ that isn't the console.
	Control http.Handler
	// Access is the control API's: it says whether a token is needed and which
	// Host is served.
	Access control.Access
	// SandboxOf answers which sandbox a token opens, if it opens one; nil for
	// tokens of the whole alone.
	SandboxOf func(ctx context.Context, token string) (id string, ok bool)
}

type console struct{ Options }

// Handler serves the console, and leaves to Options.Control what isn't its own.
func Handler(opts Options) http.Handler {
	if opts.SandboxOf == nil {
		opts.SandboxOf = func(context.Context, string) (string, bool) { return "", false }
	}
	c := &console{opts}
	pages := http.NewServeMux()
	pages.HandleFunc("GET "+Root+"{$}", c.page)
	pages.HandleFunc("GET "+assetPath+"{name...}", c.asset)
	pages.HandleFunc("GET "+SessionPath, c.session)
	pages.HandleFunc("POST "+SessionPath, c.signIn)
	pages.HandleFunc("DELETE "+SessionPath, c.signOut)
	pages.HandleFunc(Root, wrongMethod)
	guarded := c.guard(pages)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path+"/" == Root:
			http.Redirect(w, r, Root, http.StatusPermanentRedirect)
		case r.URL.Path == Root, strings.HasPrefix(r.URL.Path, assetPath):
			guarded.ServeHTTP(w, r)
		default:
			opts.Control.ServeHTTP(w, r)
		}
	})
}

// policy lets a page load its own files and call its own origin, and nothing
// else: no inline script or style, no eval, no frame, no form to elsewhere. That
// no text can become markup is the browser's business too (trusted types).
var policy = strings.Join([]string{
	"default-src 'none'",
	"script-src 'self'",
	"style-src 'self'",
	"img-src 'self'",
	"connect-src 'self'",
	"form-action 'self'",
	"base-uri 'none'",
	"frame-ancestors 'none'",
	"require-trusted-types-for 'script'",
	"trusted-types 'none'",
}, "; ")

var securityHeaders = map[string]string{
	"Content-Security-Policy":      policy,
	"X-Content-Type-Options":       "nosniff",
	"X-Frame-Options":              "DENY",
	"Referrer-Policy":              "no-referrer",
	"Cross-Origin-Resource-Policy": "same-origin",
	"Permissions-Policy":           "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}

// guard sets the security headers and refuses what comes by another Host or from
// another site.
func (c *console) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for name, value := range securityHeaders {
			w.Header().Set(name, value)
		}
		if r.TLS != nil || control.IsLoopbackHost(r.Host) { // elsewhere browsers complain of it
			w.Header().Set("Cross-Origin-Opener-Policy", "same-origin")
		}
		if err := c.Access.AdmitPage(r); err != nil {
			refuse(w, err)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// wrongMethod says which methods the path has.
func wrongMethod(w http.ResponseWriter, r *http.Request) {
	allowed := "GET, HEAD"
	if r.URL.Path == SessionPath {
		allowed += ", POST, DELETE"
	}
	w.Header().Set("Allow", allowed)
	if r.Method == http.MethodOptions {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	refuse(w, problem.New(http.StatusMethodNotAllowed, "%s does not go with %s; what does is %s", r.Method, r.URL.Path, allowed))
}

func refuse(w http.ResponseWriter, err error) {
	var p problem.Problem
	if !errors.As(err, &p) {
		p = problem.New(http.StatusForbidden, "%v", err)
	}
	p.Write(w)
}
