package control

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"
)

// openapi is this API as an OpenAPI 3.1 document, made of the table of routes. It
// names paths, parameters and media types; the shapes of bodies are in words.
func (c *Control) openapi(*http.Request) (int, any, error) {
	paths := map[string]map[string]any{}
	for _, r := range c.routes {
		path := root + r.path
		if paths[path] == nil {
			paths[path] = map[string]any{}
		}
		paths[path][strings.ToLower(r.method)] = r.operation()
	}
	return 0, map[string]any{
		"openapi": "3.1.0",
		"info": map[string]any{
			"title": "The control API of kzsim", "version": c.opts.Version.Version,
			"description": "Errors are RFC 9457 problems. The paths of a sandbox stand below /s/{sandbox}" + root + "/, too.",
		},
		"paths": paths,
		"components": map[string]any{
			"securitySchemes": map[string]any{
				"token": map[string]any{"type": "http", "scheme": "bearer", "description": "Needed where the simulator isn't on loopback."},
			},
		},
		"security": []any{map[string]any{}, map[string]any{"token": []string{}}},
	}, nil
}

func (r route) operation() map[string]any {
	answer := map[string]any{"description": http.StatusText(r.status)}
	if r.gives != "" {
		answer["content"] = map[string]any{r.gives: map[string]any{}}
	}
	op := map[string]any{
		"summary": r.about,
		"responses": map[string]any{
			strconv.Itoa(r.status): answer,
			"default": map[string]any{
				"description": "A problem.", "content": map[string]any{"application/problem+json": map[string]any{}},
			},
		},
	}
	if parameters := r.parameters(); len(parameters) > 0 {
		op["parameters"] = parameters
	}
	if r.takes != "" {
		op["requestBody"] = map[string]any{"content": map[string]any{r.takes: map[string]any{}}}
	}
	return op
}

var variable = regexp.MustCompile(`\{(\w+)\}`)

func (r route) parameters() []any {
	var all []any
	text := map[string]any{"type": "string"}
	for _, m := range variable.FindAllStringSubmatch(r.path, -1) {
		all = append(all, map[string]any{"name": m[1], "in": "path", "required": true, "schema": text})
	}
	for _, name := range r.query {
		all = append(all, map[string]any{"name": name, "in": "query", "schema": text})
	}
	return all
}
