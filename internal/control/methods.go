package control

import (
	"net/http"
	"strings"

	"github.com/gorilla/mux"

	"github.com/kzsim/kzsim/internal/problem"
)

// wrongMethod says which methods the path has.
func (c *Control) wrongMethod(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Allow", strings.Join(c.methodsAt(r), ", "))
	writeError(w, problem.New(http.StatusMethodNotAllowed, "%s does not go with %s", r.Method, r.URL.Path))
}

func (c *Control) methodsAt(r *http.Request) []string {
	var allowed []string
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete} {
		other := r.Clone(r.Context())
		other.Method = method
		var match mux.RouteMatch
		if c.router.Match(other, &match) && match.MatchErr == nil {
			allowed = append(allowed, method)
		}
	}
	return allowed
}
