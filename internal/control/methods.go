package control

import (
	"net/http"
	"strings"

	"github.com/gorilla/mux"

	"github.com/kzsim/kzsim/internal/problem"
)

// methods under which a route is served: one that has GET has HEAD, too.
func (r route) methods() []string {
	if r.method == http.MethodGet {
		return []string{http.MethodGet, http.MethodHead}
	}
	return []string{r.method}
}

// wrongMethod answers which methods the path has, to OPTIONS as a success.
func wrongMethod(w http.ResponseWriter, r *http.Request) {
	allowed := strings.Join(methodsAt(r), ", ")
	w.Header().Set("Allow", allowed)
	if r.Method == http.MethodOptions {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	writeError(w, problem.New(http.StatusMethodNotAllowed, "%s does not go with %s; what does is %s", r.Method, r.URL.Path, allowed))
}

func methodsAt(r *http.Request) []string {
	var allowed []string
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodDelete} {
		other := r.Clone(r.Context())
		other.Method = method
		var match mux.RouteMatch
		if router().Match(other, &match) {
			allowed = append(allowed, method)
		}
	}
	return allowed
}
