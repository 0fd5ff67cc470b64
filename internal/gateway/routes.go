package gateway

import (
	"net/http"
	"strings"

	"github.com/gorilla/mux"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/document"
)

// routes are the table's operations and nothing else. Trailing slashes count, as
// they do for the real services.
func routes(table *contract.Table) *mux.Router {
	router := mux.NewRouter()
	for _, op := range table.Operations() {
		router.NewRoute().Name(op.ID).Path(op.Path).Methods(methodsOf(op)...).HandlerFunc(http.NotFound)
	}
	return router
}

// methodsOf an operation: one that has GET has HEAD, too.
func methodsOf(op *contract.Operation) []string {
	if op.Method == http.MethodGet {
		return []string{http.MethodGet, http.MethodHead}
	}
	return []string{op.Method}
}

// route is a request's method and path.
type route struct{ method, path string }

// fixedRoutes are found without the router.
func fixedRoutes(table *contract.Table) map[route]*contract.Operation {
	fixed := map[route]*contract.Operation{}
	for _, op := range table.Operations() {
		if strings.Contains(op.Path, "{") {
			continue
		}
		for _, method := range methodsOf(op) {
			fixed[route{method, op.Path}] = op
		}
	}
	return fixed
}

// noVariables are those of a path that has none. They are not changed.
var noVariables = map[string]string{}

func (g *Gateway) findOperation(v *serving) error {
	if op, ok := g.fixed[route{v.r.Method, v.path}]; ok {
		v.call = g.newCall(v, op, noVariables)
		return nil
	}
	target := *v.r.URL
	target.Path, target.RawPath = v.path, ""
	probe := &http.Request{Method: v.r.Method, URL: &target, Host: v.r.Host, Header: v.r.Header}
	var match mux.RouteMatch
	if !g.router().Match(probe, &match) || match.Route == nil || match.MatchErr != nil {
		return g.unmatched(v, match.MatchErr)
	}
	op, _ := g.opts.Table.Operation(match.Route.GetName())
	v.call = g.newCall(v, op, match.Vars)
	return nil
}

func (g *Gateway) newCall(v *serving, op *contract.Operation, variables map[string]string) *contract.Call {
	c := &v.came
	c.Operation, c.Now, c.Seed, c.Profile = op, v.at, v.run.Seed, v.run.Settings().Profile
	c.BaseURL, c.Path, c.Header = g.baseURL(v), variables, v.r.Header
	if v.r.URL.RawQuery != "" {
		c.Query = v.r.URL.Query()
	}
	return c
}

func (g *Gateway) unmatched(v *serving, why error) error {
	if why == mux.ErrMethodMismatch {
		allowed := g.methodsAt(v.path)
		v.answer.header.Set("Allow", strings.Join(allowed, ", "))
		return transport(http.StatusMethodNotAllowed, v.r.Method,
			"the method here is "+strings.Join(allowed, " or "))
	}
	if v.path == "/" || v.path == "" {
		return transport(http.StatusNotFound, v.path, "no operation has this path; /_sim/contract has those that there are")
	}
	return transport(http.StatusNotFound, v.path, "no operation has this path; the nearest is "+g.nearestPath(v.path))
}

func (g *Gateway) methodsAt(path string) []string {
	var methods []string
	for _, op := range g.opts.Table.Operations() {
		if pathFits(op.Path, path) {
			methods = append(methods, methodsOf(op)...)
		}
	}
	return methods
}

// pathFits reports whether a path has the form of an operation's.
func pathFits(pattern, path string) bool {
	want, have := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(want) != len(have) {
		return false
	}
	for i := range want {
		if want[i] != have[i] && !strings.HasPrefix(want[i], "{") {
			return false
		}
	}
	return true
}

func (g *Gateway) nearestPath(path string) string {
	var paths []string
	for _, op := range g.opts.Table.Operations() {
		paths = append(paths, op.Path)
	}
	nearest := document.Nearest(path, paths)
	if pathFits(nearest, path+"/") {
		nearest += " (with the slash at its end)"
	}
	return nearest
}
