package control

import (
	"crypto/subtle"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"github.com/kzsim/kzsim/internal/problem"
)

// Access says who may use the control API. On a loopback address no
// token is needed, but the Host must be loopback (a page elsewhere could otherwise rebind
// its name to this address) and a browser's writes must come from the console. On any
// other address a token is required.
type Access struct {
	Token string // empty: the listener is on loopback and needs none
}

// isProbe reports whether a path answers without a token: probes have none.
func isProbe(path string) bool {
	return path == "/_sim/health" || strings.HasPrefix(path, "/_sim/health/") || path == "/_sim/version"
}

// AdmitPage is for pages that have no data of a sandbox, such as the console's:
// they need no token, but the Host and the origin have to be right. The error is a
// problem.
func (a Access) AdmitPage(r *http.Request) error {
	if !sameOrigin(r) {
		return problem.New(http.StatusForbidden, "a browser's request from %s is not taken here", r.Header.Get("Origin"))
	}
	if a.Token == "" && !IsLoopbackHost(r.Host) {
		return problem.New(http.StatusForbidden,
			"the Host %q is not loopback; to serve other hosts listen on their address, with a control token", r.Host)
	}
	return nil
}

// Opens reports, in constant time, whether a token opens the whole control API.
func (a Access) Opens(token string) bool { return matches(token, a.Token) }

// isReading reports whether a path returns, or checks, data that is the same in every
// sandbox: the token of any sandbox opens it, since the console and a tester's editor
// of that sandbox need it.
func isReading(path string) bool {
	switch path {
	case root + "/openapi.json", root + "/contract", root + "/contract/openapi.json", root + "/scenarios":
		return true
	}
	return strings.HasPrefix(path, root+"/scenarios/")
}

// tokens are those that open a part of the control API.
type tokens struct {
	of  func(sandbox string) string     // a sandbox's; empty if there is none
	any func(given string) (known bool) // whether it is some sandbox's
}

// admit decides whether a request is taken. The sandbox of a token may be deleted
// afterwards: a handler calls opensSandbox with the sandbox that it has found.
func (a Access) admit(r *http.Request, sandboxes tokens) error {
	if err := a.AdmitPage(r); err != nil {
		return err
	}
	if a.Token == "" || isProbe(r.URL.Path) {
		return nil
	}
	given := TokenOf(r)
	if a.Opens(given) {
		return nil
	}
	if id, ok := sandboxOf(r.URL.Path); ok && matches(given, sandboxes.of(id)) {
		return nil
	}
	if isReading(r.URL.Path) && sandboxes.any(given) {
		return nil
	}
	return errNoToken()
}

func errNoToken() error {
	return problem.New(http.StatusUnauthorized,
		"a control token is required: send it as Authorization: Bearer TOKEN (see --control-token)")
}

// opensAll reports whether a request may do everything, such as make sandboxes and
// say where deliveries go.
func (a Access) opensAll(r *http.Request) bool { return a.Token == "" || a.Opens(TokenOf(r)) }

// opensSandbox reports whether a request opens the sandbox with this token.
func (a Access) opensSandbox(r *http.Request, token string) bool {
	return a.opensAll(r) || matches(TokenOf(r), token)
}

// matches compares in constant time; an empty secret matches nothing.
func matches(given, secret string) bool {
	return secret != "" && subtle.ConstantTimeCompare([]byte(given), []byte(secret)) == 1
}

// TokenCookie is the name of the cookie in which the console keeps a token.
const TokenCookie = "sim-token"

// TokenOf is the request's token. A browser, which can't add a header to a page's
// address, sends it as a cookie that the console has set.
func TokenOf(r *http.Request) string {
	if t, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		return t
	}
	if t := r.Header.Get("Sim-Token"); t != "" {
		return t
	}
	if cookie, err := r.Cookie(TokenCookie); err == nil {
		return cookie.Value
	}
	return ""
}

// sandboxOf is the sandbox that a control path belongs to. The token of a sandbox
// doesn't allow making it.
func sandboxOf(path string) (string, bool) {
	rest, ok := strings.CutPrefix(path, "/_sim/sandboxes/")
	if !ok {
		return "", false
	}
	id, _, _ := strings.Cut(rest, "/")
	return id, id != ""
}

// sameOrigin refuses what a browser sends on behalf of another site. Other
// clients send none of these headers.
func sameOrigin(r *http.Request) bool {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return true
	}
	if site := r.Header.Get("Sec-Fetch-Site"); site != "" && site != "same-origin" && site != "none" {
		return false
	}
	origin := r.Header.Get("Origin")
	if origin == "" {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && u.Host == r.Host
}

// IsLoopbackHost reports whether a Host header names this machine: localhost, a
// name below it, or a loopback address.
func IsLoopbackHost(host string) bool {
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	name = strings.TrimSuffix(strings.Trim(strings.ToLower(name), "[]"), ".")
	if name == "localhost" || strings.HasSuffix(name, ".localhost") {
		return true
	}
	addr, err := netip.ParseAddr(name)
	return err == nil && addr.IsLoopback()
}
