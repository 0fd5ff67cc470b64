package doctest_test

import (
	"strings"
	"testing"
)

// languages that are only shown, and why nothing is proven of them here.
var languages = map[string]string{
	"text":    "what a program prints, or a picture in letters",
	"java":    "fragments around a library that isn't here; whole programs are in examples, and their tests compile them",
	"mermaid": "a picture, generated from the table of state machines",
}

// exemption of a block from its language's proof.
type exemption struct {
	page, holds string // the block is the one on that page that holds this text
	reason      string
}

var exempt = []exemption{
	{"docs/several.md", "sim serve --store", "needs a database; the tests of cmd/sim start one"},
	{"docs/several.md", "docker compose --profile",
		"needs a Docker engine; the tests of cmd/sim read compose.yaml"},
	{"docs/several.md", "kubectl apply",
		"needs a cluster; the tests of cmd/sim read deploy/kubernetes.yaml"},
	{"docs/release.md", "git tag -s", "signs and pushes"},
	{"docs/release.md", "git tag -f", "moves a tag and pushes"},
	{"docs/release.md", ".ci/release v1.2.3", "builds for six platforms, on a tagged commit"},
	{"docs/release.md", "docker buildx build", "needs a Docker engine and a registry; .ci/image proves the Dockerfile"},
	{"docs/release.md", "GOOS=linux GOARCH=amd64",
		"compiles the standard library anew, for a minute; .ci/run and .ci/image build so"},
	{"docs/release.md", "sha256sum --check", "checks a release that a reader has downloaded"},
	{"docs/verify.md", "sim verify --abs-url https://abs.staging.example",
		"asks endpoints and reads a target file of the reader's own"},
	{"docs/verify.md", "npx @stoplight",
		"needs two npm packages; .ci/openapi runs them"},
	{"docs/verify.md", "oapi-codegen@v2.8.2",
		"downloads a generator; .ci/openapi runs it and compiles the client"},
	{"README.md", "docker build -t kzsim .",
		"needs a Docker engine; .ci/image builds the Dockerfile without one"},
	{"docs/docker.md", "docker build -t kzsim .",
		"needs a Docker engine; .ci/image builds the Dockerfile without one"},
	{"docs/docker.md", "docker run --rm --read-only",
		"needs a Docker engine; the tests of cmd/sim run the binary in such a root"},
	{"docs/docker.md", "docker buildx build",
		"needs a Docker engine; .ci/image builds for one platform at a time"},
	{"docs/docker.md", "docker compose up",
		"needs a Docker engine"},
	{"docs/tls.md", "keytool -importcert",
		"needs a JDK and a client of the reader's own"},
	{"docs/tls.md", "curl -s --cacert",
		"asks the https port of a simulator that has only been tried in the block before; the tests of cmd/sim ask one"},
	{"examples/payments-js/README.md", "npm test",
		"needs Node; the tests of examples run the same by the steps of the action"},
	{"examples/abs-python/README.md", "python3 examples/abs-python/abs.py",
		"two processes on a port of their own; the tests of cmd/sim run the same on a free one"},
}

// mistake is a scenario that is shown because it is wrong. The text block that
// follows has to be what the checker says of it, under this name.
type mistake struct{ page, holds, file string }

var mistakes = []mistake{
	{"docs/scenarios.md", "scenario: mine", "mine.yaml"},
}

func (b block) exempt() (reason string, is bool) {
	for _, e := range exempt {
		if e.page == b.page && strings.Contains(b.text, e.holds) {
			return e.reason, true
		}
	}
	return "", false
}

func (b block) mistake() (mistake, bool) {
	for _, m := range mistakes {
		if m.page == b.page && strings.Contains(b.text, m.holds) {
			return m, true
		}
	}
	return mistake{}, false
}

// TestExemptionsAreOfSomething: an exemption that fits no block any more, or has
// no reason, goes.
func TestExemptionsAreOfSomething(t *testing.T) {
	used := map[string]int{}
	for _, p := range proven(t) {
		for _, b := range p.blocks {
			for _, e := range exempt {
				if e.page == b.page && strings.Contains(b.text, e.holds) {
					used[e.page+" "+e.holds]++
				}
			}
			if m, ok := b.mistake(); ok {
				used[m.page+" "+m.holds]++
			}
		}
	}
	for _, e := range exempt {
		if n := used[e.page+" "+e.holds]; n != 1 || e.reason == "" {
			t.Errorf("%s: %q is exempt because %q and fits %d blocks, want one and a reason", e.page, e.holds, e.reason, n)
		}
	}
	for _, m := range mistakes {
		if n := used[m.page+" "+m.holds]; n != 1 {
			t.Errorf("%s: the mistake %q fits %d blocks, want one", m.page, m.holds, n)
		}
	}
}
