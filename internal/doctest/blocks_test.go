package doctest_test

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v5"
	"gopkg.in/yaml.v3"

	"github.com/kzsim/kzsim/internal/config"
	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/scenario"
	"github.com/kzsim/kzsim/internal/simulator"
	"github.com/kzsim/kzsim/internal/trial"
	"github.com/kzsim/kzsim/scenarios"
)

// TestBlocks proves every block but those of the shell.
func TestBlocks(t *testing.T) {
	prove := newProver(t)
	for _, p := range proven(t) {
		for i, b := range p.blocks {
			t.Run(fmt.Sprintf("%s:%d", b.page, b.line), func(t *testing.T) {
				if reason, is := b.exempt(); is {
					t.Skip("exempt:", reason)
				}
				if b.language == "go" { // it waits for a compiler
					t.Parallel()
				}
				if m, is := b.mistake(); is {
					prove.mistake(t, m, b, p.blocks[i+1:])
					return
				}
				if err := prove.block(t, b); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

// TestBrokenBlocksAreFound: what is wrong with a block is an error, for each
// language.
func TestBrokenBlocksAreFound(t *testing.T) {
	prove := newProver(t)
	const head = "version: 1\nscenario: broken\n"
	for _, tc := range []struct{ language, text, want string }{
		{"yaml", head + "rules: [{on: kyc.adress.approve, do: timeout}]\n", `did you mean "kyc.address.approve"`},
		{"yaml", head + "try: [{call: kyc.info.exec_proc, with: {iin: 901123300258}, expect: unavailable}]\n", "expected the outcome unavailable, got found"},
		{"yaml", head + "must: [{on: kyc.info.exec_proc, count: 2}]\ntry: [{call: kyc.info.exec_proc, with: {iin: 901123300258}}]\n", "must: expected 2 of kyc.info.exec_proc"},
		{"yaml", "version: 1\nserve: {adress: here}\n", "adress"},
		{"yaml", "a: [1\n", "did not find expected"},
		{"json", `{"a": 1,}`, "invalid character"},
		{"go", "func f() { return 1 +", "expected"},
		{"go", "x:=1\n", "gofmt"},
		{"go", "package p\n\nvar x int = \"text\"\n", "cannot use"},
		{"xml", "<a><b></a>", "closed by"},
		{"cobol", "STOP RUN.", "no proof"},
	} {
		err := prove.block(t, block{page: "broken.md", line: 1, language: tc.language, text: tc.text})
		if err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s %q: got %v, want an error with %q", tc.language, tc.text, err, tc.want)
		}
	}
}

type prover struct {
	sim    *simulator.Simulator
	trials *trial.Runner
	schema *jsonschema.Schema // of scenarios, as editors have it
}

func newProver(t *testing.T) prover {
	t.Helper()
	sim, err := simulator.New(simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	trials := trial.New(trial.Options{Table: sim.Table, Pool: sim.Pool, Handler: sim.Handler(), Create: sim.Create, Settle: sim.Callers.Settle})
	t.Cleanup(trials.Close)
	schema, err := compiled()
	if err != nil {
		t.Fatal(err)
	}
	return prover{sim, trials, schema}
}

// compiled is the schema of scenarios, which takes a second to compile.
var compiled = sync.OnceValues(func() (*jsonschema.Schema, error) {
	return jsonschema.Compile(filepath.Join(root, "schemas", "scenario.schema.json"))
})

func (p prover) block(t *testing.T, b block) error {
	switch b.language {
	case "sh":
		return nil // TestShell
	case "yaml":
		return p.yaml(t, b)
	case "json":
		var v any
		return json.Unmarshal([]byte(b.text), &v)
	case "go":
		return proveGo(t, b)
	case "xml":
		return proveXML(b.text)
	case "python":
		return byTool(t, b, "python3", "-c", "import ast, sys; ast.parse(sys.stdin.read())")
	case "javascript":
		return byTool(t, b, "node", "--input-type=module", "--check", "-")
	}
	if languages[b.language] != "" {
		return nil
	}
	return fmt.Errorf("there is no proof for blocks of the language %q", b.language)
}

// byTool lets a language's own program read a block. One that isn't on the machine
// leaves the block unread; the clients in examples are what is run.
func byTool(t *testing.T, b block, tool string, args ...string) error {
	where, err := exec.LookPath(tool)
	if err != nil {
		t.Skipf("%s is missing: the block isn't read", tool)
	}
	cmd := exec.CommandContext(t.Context(), where, args...)
	cmd.Stdin = strings.NewReader(b.text)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	return nil
}

func proveXML(text string) error {
	dec := xml.NewDecoder(strings.NewReader(text))
	for {
		if _, err := dec.Token(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// yaml is told by its keys.
func (p prover) yaml(t *testing.T, b block) error {
	var doc map[string]yaml.Node
	err := yaml.Unmarshal([]byte(b.text), &doc)
	_, isScenario := doc["scenario"]
	_, isVersioned := doc["version"]
	_, serves := doc["serve"]
	_, executes := doc["exec"]
	switch {
	case err != nil && !isScenario:
		return err
	case isScenario:
		return p.scenario(t, b)
	case isVersioned && (serves || executes):
		_, err := config.Read("sim.yaml", []byte(b.text))
		return err
	}
	return nil
}

// scenario is checked, tried as far as it says what a client sees, and nothing that
// an editor would underline.
func (p prover) scenario(t *testing.T, b block) error {
	s, findings := p.check(b.page, b.text)
	var errs []error
	for _, f := range findings {
		errs = append(errs, errors.New(f.String()))
	}
	if s == nil {
		return errors.Join(errs...)
	}
	if err := p.asEditor(b.text); err != nil {
		errs = append(errs, err)
	}
	for _, report := range p.trials.Run(t.Context(), s.Variants()...) {
		if report.Error != "" {
			errs = append(errs, errors.New(report.Error))
		}
		for _, step := range report.Steps {
			if !step.Passed {
				errs = append(errs, errors.New(step.Failure))
			}
		}
		for _, must := range report.Verdict.Must {
			if !must.Passed && len(report.Steps) > 0 {
				errs = append(errs, fmt.Errorf("%s: must: %s", must.Position, must))
			}
		}
	}
	return errors.Join(errs...)
}

func (p prover) asEditor(text string) error {
	var doc, plain any
	if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
		return err
	}
	raw, err := json.Marshal(named(doc))
	if err != nil {
		return err
	}
	if err := json.Unmarshal(raw, &plain); err != nil {
		return err
	}
	return p.schema.Validate(plain)
}

// named has texts for keys, as editors do: null, a kind of drift, is one, too.
func named(v any) any {
	switch v := v.(type) {
	case map[any]any:
		object := map[string]any{}
		for key, value := range v {
			if key == nil {
				key = "null"
			}
			object[fmt.Sprint(key)] = named(value)
		}
		return object
	case map[string]any:
		for key, value := range v {
			v[key] = named(value)
		}
	case []any:
		for i, value := range v {
			v[i] = named(value)
		}
	}
	return v
}

func (p prover) check(name, text string) (*scenario.Scenario, document.Findings) {
	return scenario.Parse(name, []byte(text), scenario.Options{
		Table: p.sim.Table, Beside: scenarios.FS, Library: scenarios.FS,
	})
}

// mistake compares what the page says of it with what the checker says.
func (p prover) mistake(t *testing.T, m mistake, b block, after []block) {
	t.Helper()
	if len(after) == 0 || after[0].language != "text" {
		t.Fatal("no text block behind it that tells the mistake")
	}
	_, findings := p.check(m.file, b.text)
	said := ""
	for _, f := range findings {
		said += f.String() + "\n"
	}
	if said != after[0].text {
		t.Errorf("the page says\n%s\nthe checker\n%s", after[0].text, said)
	}
}
