package gateway

import (
	"net/http"

	"github.com/kzsim/kzsim/internal/problem"
)

// WithoutControl serves what a gateway serves but the control API, of the process
// and of each sandbox: for an address that clients reach and testers needn't.
func WithoutControl(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := newVisit(w, r)
		if v.asksControl() || v.looksForConsole() {
			problem.New(http.StatusNotFound, "the control API is not on this address but on one of its own, see --control-addr").Write(w)
			return
		}
		next.ServeHTTP(w, r)
	})
}
