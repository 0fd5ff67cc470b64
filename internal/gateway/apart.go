package gateway

import (
	"net"
	"net/http"

	"github.com/kzsim/kzsim/internal/problem"
)

// ControlAt serves the control API, of the process and of each sandbox, only on
// one listener's address: the others are for clients.
func ControlAt(at net.Addr, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := newVisit(w, r)
		local, _ := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
		if (isControl(v.path) || v.looksForConsole()) && !IsOf(local, at) {
			problem.New(http.StatusNotFound, "the control API is not on this address but on one of its own, see --control-addr").Write(w)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// IsOf reports whether a connection's local address is a listener's, which may be on
// all addresses of the machine.
func IsOf(local, listener net.Addr) bool {
	l, ok := listener.(*net.TCPAddr)
	c, known := local.(*net.TCPAddr)
	return ok && known && c.Port == l.Port && (l.IP.IsUnspecified() || l.IP.Equal(c.IP))
}
