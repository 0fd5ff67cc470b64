//go:build !race

package contract_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// controlRoute is a route of the control API that takes a body.
type controlRoute struct {
	method, path string
	yaml         bool
}

// controlRoutes are read from the API's own document.
func controlRoutes(t testing.TB) []controlRoute {
	t.Helper()
	var document struct {
		Paths map[string]map[string]struct {
			RequestBody struct{ Content map[string]any }
		}
	}
	serve("GET", "/_sim/openapi.json", "", "").decode(t, &document)
	var all []controlRoute
	for path, methods := range document.Paths {
		for method, route := range methods {
			if content := route.RequestBody.Content; len(content) > 0 || method == "put" || method == "post" {
				_, isYAML := content["application/yaml"]
				all = append(all, controlRoute{strings.ToUpper(method), path, isYAML || strings.HasSuffix(path, "/snapshot")})
			}
		}
	}
	slices.SortFunc(all, func(a, b controlRoute) int { return strings.Compare(a.path+a.method, b.path+b.method) })
	return all
}

// in is the route's path in a sandbox.
func (r controlRoute) in(sandbox string) string {
	if r.path == "/_sim/sandboxes/{sandbox}" {
		sandbox += "-more" // it is made by the request
	}
	return strings.NewReplacer("{sandbox}", sandbox, "{iin}", citizen, "{phone}", phone).Replace(r.path)
}

// hostileDocuments of a route.
func (r controlRoute) hostileDocuments() []hostile {
	all := []hostile{
		{"a list of empty objects", func(n int) string { return list(n, unbounded, "[", "]", always("{}")) }},
		{"a list of numbers", func(n int) string { return list(n, unbounded, "[", "]", always("1")) }},
		{"many members", func(n int) string {
			return list(n, unbounded, "{", "}", func(i int) string { return fmt.Sprintf(`"%x":1`, i) })
		}},
		{"nested lists", func(n int) string { return list(n, unbounded, "[", "]", always(nested("[", "]"))) }},
		{"a long text", func(n int) string { return `"` + filledUp(n-2, "x") + `"` }},
		{"no JSON but [", func(n int) string { return filledUp(n, "[") }},
		{"no JSON but digits", func(n int) string { return filledUp(n, "9") }},
	}
	for _, m := range r.members() {
		all = append(all, hostile{"a long " + m, func(n int) string { return fmt.Sprintf(`{%q:"%s"}`, m, filledUp(n-len(m)-10, "1h")) }})
	}
	if r.yaml {
		all = append(all, hostileYAML...)
		all = append(all, hostileScenarios...)
	}
	switch {
	case strings.HasSuffix(r.path, "/scope"):
		all = append(all, hostile{"many exclusions", func(n int) string {
			return list(n, bounded, "[", "]", always(`{"on":"k2.incoming*","reason":"x"}`))
		}})
	case strings.HasSuffix(r.path, "/snapshot"):
		all = append(all, hostileSnapshots...)
	}
	return all
}

// members of a route's body that hold a text.
func (r controlRoute) members() []string {
	last := r.path[strings.LastIndexByte(r.path, '/')+1:]
	return map[string][]string{
		"advance": {"by"}, "answer": {"with"}, "reply": {"text"}, "clock": {"mode", "start"}, "profile": {"k2.rows"},
		"sandboxes": {"id", "owner", "expires", "scenario"}, "{sandbox}": {"owner", "scenario"},
	}[last]
}

// snapshotOf is a snapshot with this state and more.
func snapshotOf(state string, more ...string) string {
	return `{"version":2,"seed":1,"clock":{"mode":"frozen","start":"` + start + `"},"requests":0,"state":` + state + strings.Join(more, "") + `}`
}

func faultsOf(faults string, last int) string {
	return fmt.Sprintf(`,"records":{"settings":{"in-force":{"profile":{},"start":%q,"faults":%s,"last_fault":%d}}}`, start, faults, last)
}

var hostileSnapshots = []hostile{
	{"a state of empty entries", func(n int) string {
		return snapshotOf(list(n-400, unbounded, `{"k2.demands":{`, "}}", func(i int) string { return fmt.Sprintf(`"%x":{}`, i) }), faultsOf("[]", 0))
	}},
	{"a state of short entries", func(n int) string {
		return snapshotOf(list(n-400, unbounded, `{"k2.demands":{`, "}}", func(i int) string { return fmt.Sprintf(`"%025d":{}`, i) }), faultsOf("[]", 0))
	}},
	{"many live faults", func(n int) string {
		return snapshotOf("{}", faultsOf(list(n-400, unbounded, "[", "]", func(i int) string {
			return fmt.Sprintf(`{"id":"fault-%d","source":"{fault: reset}"}`, i+1)
		}), mebibyte))
	}},
	{"live faults far apart", func(int) string {
		return snapshotOf("{}", faultsOf(list(mebibyte, 100, "[", "]", func(i int) string {
			return fmt.Sprintf(`{"id":"fault-%d","source":"{fault: reset}"}`, (i+1)*1_000_000)
		}), 1<<40))
	}},
	{"a live fault without an id", func(int) string { return snapshotOf("{}", faultsOf(`[{"id":"x","source":"{fault: reset}"}]`, 1)) }},
	{"counters", func(n int) string {
		return snapshotOf("{}", faultsOf("[]", 0), list(n-400, unbounded, `,"counters":{"x":{`, "}}", func(i int) string { return fmt.Sprintf(`"%x":1`, i) }))
	}},
}

// lines are texts one below the other, at most so many.
func lines(size, most int, before string, line func(i int) string) string {
	var b strings.Builder
	b.WriteString(before)
	for i := range most {
		text := line(i)
		if b.Len()+len(text) >= size {
			break
		}
		b.WriteString(text + "\n")
	}
	return b.String()
}

var hostileYAML = []hostile{
	{"a list of lines", func(n int) string { return filledUp(n, "- a\n") }},
	{"a mapping of lines", func(n int) string {
		return lines(n, unbounded, "", func(i int) string { return fmt.Sprintf("%x: 1", i) })
	}},
	{"a mapping of forty thousand lines", func(n int) string {
		return lines(n, 40_000, "", func(i int) string { return fmt.Sprintf("member_%06d: 123456", i) })
	}},
	{"dates", func(n int) string { return list(n, 95_000, "[", "]", always("2001-01-01")) }},
	{"comments", func(n int) string {
		return lines(n, unbounded, "", func(i int) string { return fmt.Sprintf("a%x: 1 # b\n# c\n", i) })
	}},
	{"many documents", func(n int) string { return filledUp(n, "---\na: 1\n") }},
	{"many directives", func(n int) string {
		return lines(n-10, unbounded, "", func(i int) string { return fmt.Sprintf("%%TAG !a%x! tag:a", i) }) + "---\na"
	}},
	{"aliases of aliases", func(int) string {
		return lines(mebibyte, 9, "a: &a0 [x,x,x,x,x,x,x,x,x,x]\n", func(i int) string {
			return list(mebibyte, 10, fmt.Sprintf("a%d: &a%d [", i+1, i+1), "]", always(fmt.Sprintf("*a%d", i)))
		})
	}},
	{"aliases of a long text", func(n int) string {
		return "a: &a " + filledUp(n/2, "x") + "\n" + list(n/2, 90_000, "b: [", "]", always("*a"))
	}},
	{"merges of merges", func(n int) string {
		return lines(n, unbounded, "a0: &a0 {x: 1}\n", func(i int) string { return fmt.Sprintf("a%d: &a%d {<<: *a%d, k%d: 1}", i+1, i+1, i, i) })
	}},
}

const hostileHead = "version: 1\nscenario: hostile\n"

// rulesAgain is a scenario of at most so many rules.
func rulesAgain(most int, rule func(i int) string) func(int) string {
	return func(size int) string {
		return lines(size, most, hostileHead+"rules:\n", func(i int) string { return "- " + rule(i) })
	}
}

func oneRuleWhen(expression func(size int) string) func(int) string {
	return func(size int) string {
		return hostileHead + "rules:\n- {on: '*', do: malformed, when: '" + expression(size-100) + "'}\n"
	}
}

// listOf so many elements, as YAML and JSON write it.
func listOf(count int, element func(i int) string) string {
	return list(mebibyte, count, "[", "]", element)
}

var hostileScenarios = []hostile{
	{"thousands of rules", rulesAgain(unbounded, always("{on: kyc.address.get, do: token-expired}"))},
	{"rules of many values", rulesAgain(190, func(i int) string {
		return fmt.Sprintf("{on: '*', do: malformed, for: {iin: %s}}", listOf(480, func(k int) string { return fmt.Sprint(k * (1 + k/479*i)) }))
	})},
	{"rules of many unknown fields", rulesAgain(180, always("{on: '*', do: malformed, for: "+
		list(mebibyte, 240, "{", "}", func(k int) string { return fmt.Sprintf("f%d: 1", k) })+"}"))},
	{"rules of many unknown outcomes", rulesAgain(100, func(i int) string {
		return fmt.Sprintf("{on: '*', for: {iin: %d}, do: %s}", i, listOf(490, always("malforme")))
	})},
	{"rules of many clauses", rulesAgain(500, always("{on: '*', do: malformed, when: '"+filledUp(1400, "now == now && ")+"true'}"))},
	{"replies that fit nothing", rulesAgain(300, func(i int) string {
		return fmt.Sprintf("{on: '*', for: {iin: %d}, do: {reply: {body: %s}}}", i, listOf(70, always("{amount: 1}")))
	})},
	{"replies that lack much", rulesAgain(300, func(i int) string {
		return fmt.Sprintf("{on: k2.k2extreq_by_dbz, for: {contract_number: %d}, do: {reply: {body: {items: %s}}}}", i, listOf(70, always("{amount: 1}")))
	})},
	{"a long reply", func(int) string {
		return hostileHead + "rules:\n- {on: '*', do: {reply: {body: {items: " + listOf(45_000, always("{}")) + "}}}}\n"
	}},
	{"an expression of brackets", oneRuleWhen(func(n int) string { return filledUp(n, "(") })},
	{"an expression of negations", oneRuleWhen(func(n int) string { return filledUp(n, "!") + "true" })},
	{"an expression of fields", oneRuleWhen(func(n int) string { return "body" + filledUp(n, ".a") })},
	{"patterns", rulesAgain(500, func(i int) string {
		return fmt.Sprintf(`{on: '*', do: malformed, when: 'body.iin matches "(((a{10}){10}){10}|%d)"'}`, i)
	})},
	{"cases of many fixtures", func(n int) string {
		loans := lines(n, 500, hostileHead+"given:\n  k2.loans:\n", func(i int) string {
			return fmt.Sprintf("  - {contract_number: A%d, iinbin: '%012d', debt: 1}", i, i)
		})
		demands := lines(n, 500, "  k2.demands:\n", func(i int) string { return fmt.Sprintf("  - {contract_number: A0, code: PTPJ%012d}", i) })
		return loans + demands + lines(n, 50, "cases:\n", func(i int) string { return fmt.Sprintf("- {name: c%d, seed: %d}", i, i) })
	}},
	{"thousands of cases", func(n int) string {
		return lines(n, unbounded, hostileHead+"cases:\n", func(i int) string { return fmt.Sprintf("- {name: c%d}", i) })
	}},
	{"tries", func(n int) string {
		return lines(n, 400, hostileHead+"try:\n", func(i int) string {
			return fmt.Sprintf("- {call: kyc.address.get, save: {a%d: body.x}, with: {iin: '%s'}}", i, filledUp(400, "${otp(phone)}"))
		})
	}},
	{"an expectation of many values", func(n int) string {
		return "{on: '*', count: 0, for: {iin: " + list(n-100, unbounded, "[", "]", func(i int) string { return fmt.Sprintf("%x", i) }) + "}}"
	}},
	{"many faults", func(n int) string {
		return "{on: '*', fault: " + list(n-100, unbounded, "[", "]", always("reset")) + "}"
	}},
}

// hostileHeads are requests whose path, query or headers are as long as net/http lets
// through.
var hostileHeads = []struct {
	name        string
	path, query string
	header      http.Header
}{
	{name: "a query of many parameters", query: list(mebibyte, unbounded, "", "", func(i int) string { return fmt.Sprintf("x%x=1&", i) })},
	{name: "a query of separators", query: filledUp(mebibyte, "&")},
	{name: "a long query", query: "iinbin=" + filledUp(mebibyte-10, "9")},
	{name: "a query of escapes", query: "iinbin=" + filledUp(mebibyte-10, "%D0%B6")},
	{name: "a query of keys", query: filledUp(mebibyte, "api_key=1&")},
	{name: "preferences", header: http.Header{"Prefer": {filledUp(mebibyte, "a=b,")}}},
	{name: "a long preference", header: http.Header{"Prefer": {"outcome=" + filledUp(mebibyte-10, "ж")}}},
	{name: "a media type of many parameters", header: http.Header{"Content-Type": {"application/json" +
		strings.ReplaceAll(list(mebibyte/2, unbounded, ";", "", func(i int) string { return fmt.Sprintf("a%x*0=1", i) }), ",", ";")}}},
	{name: "a long sandbox", header: http.Header{"Sim-Sandbox": {filledUp(mebibyte, `"`)}}},
	{name: "tokens", header: http.Header{"Cookie": {filledUp(mebibyte, "sim-token=a; ")}}},
	{name: "headers", header: manyHeaders()},
	{name: "a long path", path: "/" + filledUp(mebibyte-1, "a")},
	{name: "a path of slashes", path: filledUp(mebibyte, "/")},
	{name: "a long path of the control API", path: "/_sim/sandboxes/" + filledUp(mebibyte-20, "a")},
	{name: "a control path of slashes", path: "/_sim" + filledUp(mebibyte-10, "/a")},
}

func manyHeaders() http.Header {
	header := http.Header{}
	for i := range mebibyte / 16 {
		header[fmt.Sprintf("X-Token-%x", i)] = []string{"1"}
	}
	return header
}
