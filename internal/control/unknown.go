package control

import (
	"net/http"
	"slices"
	"strings"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/problem"
)

// unknownPath names the path that was most likely meant.
func (c *Control) unknownPath(r *http.Request) (int, any, error) {
	return 0, nil, problem.New(http.StatusNotFound, "the control API has no path %s; the nearest is %s", r.URL.Path, c.nearestPath(r.URL.Path))
}

func (c *Control) nearestPath(path string) string {
	// Below a sandbox's own address only the paths of the sandbox are served.
	if id, ok := sandboxOf(path); ok {
		rest := strings.TrimPrefix(path, root+"/sandboxes/"+id)
		if slices.ContainsFunc(c.routes, func(r route) bool { return r.path == rest }) {
			return root + rest
		}
	}
	var paths []string
	for _, r := range c.routes {
		paths = append(paths, filled(root+r.path, path))
	}
	return document.Nearest(path, paths)
}

// filled is a route's path with what another path has in the places of its
// variables.
func filled(pattern, path string) string {
	parts, given := strings.Split(pattern, "/"), strings.Split(path, "/")
	for i, part := range parts {
		if strings.HasPrefix(part, "{") && i < len(given) && given[i] != "" {
			parts[i] = given[i]
		}
	}
	return strings.Join(parts, "/")
}

// unknownSandbox names the one that was most likely meant, if the request may see
// other sandboxes.
func (c *Control) unknownSandbox(r *http.Request, id string) error {
	detail := "no such sandbox: " + id
	if c.seesAll(r) {
		var ids []string
		here, away := c.opts.Pool.All()
		for _, sb := range here {
			ids = append(ids, sb.ID())
		}
		for _, a := range away {
			ids = append(ids, a.ID())
		}
		if len(ids) > 0 {
			detail += "; the nearest is " + document.Nearest(id, ids)
		}
		detail += "; PUT " + root + "/sandboxes/" + id + " makes it"
	}
	return problem.New(http.StatusNotFound, "%s", detail)
}

// knowing refuses parameters that a route doesn't have: one that is misspelt would
// otherwise find everything. Probes and collectors may bring their own.
func (r route) knowing(next http.Handler) http.Handler {
	if isProbe(root+r.path) || r.path == "/metrics" {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if problems := contract.QueryProblems(req.URL.RawQuery); len(problems) > 0 {
			writeError(w, problem.New(http.StatusBadRequest, "%s", problems[0]))
			return
		}
		for name := range req.URL.Query() {
			if slices.Contains(r.query, name) {
				continue
			}
			has := "it has none"
			if len(r.query) > 0 {
				has = "the nearest is " + document.Nearest(name, r.query)
			}
			writeError(w, problem.New(http.StatusBadRequest, "%s has no parameter %q; %s", req.URL.Path, name, has))
			return
		}
		next.ServeHTTP(w, req)
	})
}
