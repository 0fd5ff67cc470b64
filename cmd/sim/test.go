package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/expect"
	"github.com/kzsim/kzsim/internal/junit"
	"github.com/kzsim/kzsim/internal/sandbox"
	"github.com/kzsim/kzsim/internal/scenario"
	"github.com/kzsim/kzsim/internal/simulator"
	"github.com/kzsim/kzsim/internal/trial"
	"github.com/kzsim/kzsim/scenarios"
)

// testConfig is the settings of `sim test`.
type testConfig struct {
	lintOnly, quiet, schema, explain bool
	format, out                      string
	called                           calls
	tags                             []string // run is only what has one of them; empty for all
	set                              map[string]string
}

// testResult is what became of one file.
type testResult struct {
	File     string            `json:"file"`
	Findings document.Findings `json:"findings"`
	Rules    []explanation     `json:"rules,omitempty"`
	Reports  []trial.Report    `json:"reports,omitempty"`
}

func (r testResult) passed() bool {
	return !r.Findings.Broken() &&
		!slices.ContainsFunc(r.Reports, func(report trial.Report) bool { return !report.Passed })
}

// test checks scenarios and runs what they say that a client sees.
func test(ctx context.Context, env environment, args []string) int {
	var cfg testConfig
	flags := flag.NewFlagSet("test", flag.ContinueOnError)
	flags.BoolVar(&cfg.lintOnly, "lint-only", false, "check the files and run nothing")
	flags.BoolVar(&cfg.quiet, "quiet", false, "say only what failed")
	flags.BoolVar(&cfg.explain, "explain", false, "say of each rule what it does, whose requests it counts, and whether it met a step")
	cfg.format = "text"
	flags.Var(choiceOf(&cfg.format, "text", "json", "junit"), "format", "form of the report: text, json or junit")
	flags.StringVar(&cfg.out, "out", "", "file to write the report to, instead of standard output")
	cfg.called.systems(flags)
	tagFlag(flags, &cfg.tags, "run only scenarios and cases with this tag")
	cfg.set = map[string]string{}
	flags.Func("set", "value of a var of the scenarios, such as n=10, in place of theirs; several flags: several vars", func(text string) error {
		set, err := varsOf([]string{text})
		maps.Copy(cfg.set, set)
		return err
	})
	flags.BoolVar(&cfg.schema, "schema", false, "print the JSON Schema of scenarios, for editors, and test nothing")
	if code, ok := parse(env, flags, args); !ok {
		return code
	}
	if cfg.schema {
		return printSchema(env, cfg.out, flags.Args())
	}
	if flags.NArg() == 0 {
		fmt.Fprintln(env.stderr, "usage: sim test [flags] FILE...; a file is a scenario, FILE/CASE for a case of one, - for standard input, a folder of them with the folders below, a name in the library, or library for all of it")
		return exitUsage
	}
	results, err := runTests(ctx, env, cfg, flags.Args())
	if err != nil {
		return ended(env, "test", wrongUse(err))
	}
	report := func(w io.Writer) error { return testReports[cfg.format](w, cfg, results) }
	if err := writeTo(env, cfg.out, report); err != nil {
		return ended(env, "test", wrongUse(err))
	}
	if slices.ContainsFunc(results, func(r testResult) bool { return !r.passed() }) {
		return exitFindings
	}
	return exitGood
}

// printSchema is for those who write scenarios and don't have the repository: their
// editors complete and check by it.
func printSchema(env environment, out string, args []string) int {
	if len(args) > 0 {
		return ended(env, "test", wrongUse(fmt.Errorf("--schema takes no file, such as %q", args[0])))
	}
	table, err := simulator.Table()
	if err == nil {
		err = emit(env, out, func() ([]byte, error) { return scenario.Schema(table) })
	}
	return ended(env, "test", wrongUse(err))
}

func runTests(ctx context.Context, env environment, cfg testConfig, args []string) ([]testResult, error) {
	sources, err := scenarioFiles(args, env.stdin)
	if err != nil {
		return nil, err
	}
	_, systems, err := cfg.called.targets(env.getenv)
	if err != nil {
		return nil, wrongUse(err)
	}
	sim, err := simulator.New(simulator.Options{
		States: simulator.NoBound, Limits: sandbox.Limits{State: simulator.NoBound}, Systems: systems, Patience: cfg.called.patience,
	})
	if err != nil {
		return nil, err
	}
	runner := trial.New(trial.Options{Table: sim.Table, Pool: sim.Pool, Handler: sim.Handler(), Create: sim.Create, Settle: sim.Callers.Settle})
	defer runner.Close()
	t := &tester{cfg: cfg, table: sim.Table, runner: runner}
	for _, source := range sources {
		if err := t.test(ctx, source); err != nil {
			return nil, err
		}
	}
	if len(t.results) == 0 {
		return nil, untagged(cfg.tags, t.tags)
	}
	return t.results, nil
}

// scenarioFile is one document: a name within its folder, and how it is shown.
type scenarioFile struct {
	folder      fs.FS
	name, shown string
	of          string // the only case of it that is run; empty for all
}

// which of a document's scenarios are run.
func (f scenarioFile) which(s *scenario.Scenario) ([]*scenario.Scenario, error) {
	if f.of == "" {
		return s.Variants(), nil
	}
	one, err := s.One(f.of)
	return []*scenario.Scenario{one}, err
}

func (f scenarioFile) run(ctx context.Context, runner *trial.Runner, which []*scenario.Scenario) []trial.Report {
	reports := runner.Run(ctx, which...)
	f.showReports(reports)
	return reports
}

// show is the name of a file of the same folder as the caller named it.
func (f scenarioFile) show(name string) string {
	return filepath.Join(filepath.Dir(f.shown), name)
}

// showReports puts the file's name as the caller has it into the report of a run.
func (f scenarioFile) showReports(reports []trial.Report) {
	shown := func(text string) string {
		if rest, ok := strings.CutPrefix(text, f.name+":"); ok {
			return f.shown + ":" + rest
		}
		return text
	}
	for i := range reports {
		r := &reports[i]
		r.File, r.Error = f.show(r.File), shown(r.Error)
		for j := range r.Steps {
			r.Steps[j].File, r.Steps[j].Failure = f.show(r.Steps[j].File), shown(r.Steps[j].Failure)
		}
		for _, report := range r.Verdict.Must {
			report.File = f.show(report.File)
		}
	}
}

// scenarioFiles finds the documents that the arguments name: files, folders, a hyphen
// for standard input, or the word library for the embedded ones.
func scenarioFiles(args []string, stdin io.Reader) ([]scenarioFile, error) {
	var files []scenarioFile
	for _, arg := range args {
		if arg == "-" {
			files = append(files, scenarioFile{piped{os.DirFS("."), stdin}, "-", "-", ""})
			continue
		}
		if strings.HasPrefix(arg, "-") {
			return nil, fmt.Errorf("%s stands behind a file; flags go first", arg)
		}
		if arg == "library" {
			files = append(files, filesIn(scenarios.FS, "library")...)
			continue
		}
		if info, err := os.Stat(arg); err == nil && info.IsDir() {
			found, err := filesBelow(arg)
			if err != nil {
				return nil, err
			}
			files = append(files, found...)
			continue
		}
		source, err := findScenario(arg)
		if err != nil {
			return nil, err
		}
		files = append(files, scenarioFile{source.folder, source.name, source.shown, source.of})
	}
	return files, nil
}

// filesBelow a folder are its scenarios and those of its folders, but for hidden ones. Settings
// are no scenario: a project of sim init has them beside its scenarios.
func filesBelow(root string) ([]scenarioFile, error) {
	var files []scenarioFile
	err := fs.WalkDir(os.DirFS(root), ".", func(name string, entry fs.DirEntry, err error) error {
		switch ending := strings.ToLower(filepath.Ext(name)); {
		case err != nil:
			return err
		case name != "." && strings.HasPrefix(entry.Name(), ".") && entry.IsDir():
			return fs.SkipDir
		case !entry.IsDir() && entry.Name() != configFile && (ending == ".yaml" || ending == ".yml"):
			path := filepath.Join(root, name)
			files = append(files, scenarioFile{os.DirFS(filepath.Dir(path)), entry.Name(), path, ""})
		}
		return nil
	})
	if err == nil && len(files) == 0 {
		err = fmt.Errorf("%s: no scenario (*.yaml or *.yml) in this folder or below", root)
	}
	return files, err
}

func filesIn(folder fs.FS, shown string) []scenarioFile {
	names, _ := fs.Glob(folder, "*.yaml") // the pattern is well-formed
	var files []scenarioFile
	for _, name := range names {
		files = append(files, scenarioFile{folder, name, filepath.Join(shown, name), ""})
	}
	return files
}

// testReports are the forms of a report.
var testReports = map[string]func(io.Writer, testConfig, []testResult) error{
	"text":  textReport,
	"json":  jsonReport,
	"junit": junitReport,
}

func textReport(w io.Writer, cfg testConfig, results []testResult) error {
	passed, failed := 0, 0
	count := func(good bool) {
		if good {
			passed++
		} else {
			failed++
		}
	}
	for _, r := range results {
		for _, f := range r.Findings {
			fmt.Fprintln(w, f)
		}
		for _, c := range r.Rules {
			fmt.Fprintln(w, c)
		}
		if len(r.Reports) == 0 { // it is broken, or was only checked
			count(r.passed())
		}
		for _, report := range r.Reports {
			textOf(w, cfg, report)
			count(report.Passed)
		}
	}
	_, err := fmt.Fprintf(w, "%d passed, %d failed\n", passed, failed)
	return err
}

func textOf(w io.Writer, cfg testConfig, report trial.Report) {
	if report.Passed {
		if !cfg.quiet {
			fmt.Fprintf(w, "ok    %s (%d steps)\n", report.Scenario, len(report.Steps))
		}
		return
	}
	fmt.Fprintf(w, "FAIL  %s\n", report.Scenario)
	if report.Error != "" {
		fmt.Fprintf(w, "      %s\n", report.Error)
	}
	for _, failure := range failures(report) {
		fmt.Fprintf(w, "%s\n", failure)
	}
}

// failures of the steps of a try, and of what the client must do, each once: where a system
// was called, each line of must is a step, too.
func failures(report trial.Report) []string {
	var all []string
	isMust := func(step trial.Step) bool {
		return slices.ContainsFunc(report.Verdict.Must, func(m expect.Report) bool { return *m.Position == step.Position })
	}
	for _, step := range report.Steps {
		if !step.Passed && !isMust(step) {
			all = append(all, step.Failure)
		}
	}
	if len(report.Steps) == 0 {
		return all
	}
	for _, must := range report.Verdict.Must {
		if !must.Passed {
			all = append(all, must.Position.String()+": must: "+must.String())
		}
	}
	return all
}

func jsonReport(w io.Writer, _ testConfig, results []testResult) error {
	return writeJSON(w, results)
}

func junitReport(w io.Writer, _ testConfig, results []testResult) error {
	var suites []junit.Suite
	for _, r := range results {
		suite := junit.Suite{Name: r.File}
		check := junit.Case{Name: "check", Class: r.File, File: r.File}
		if r.Findings.Broken() {
			check.Failure = junit.Failed(r.Findings.Error())
		}
		suite.Cases = append(suite.Cases, check)
		for _, report := range r.Reports {
			c := junitCase(r.File, report)
			suite.Seconds += c.Seconds
			suite.Cases = append(suite.Cases, c)
		}
		suites = append(suites, suite)
	}
	return junit.Write(w, suites...)
}

func junitCase(file string, report trial.Report) junit.Case {
	c := junit.Case{Name: report.Scenario, Class: file, File: file, Seconds: report.Took.Seconds()}
	text := report.Error + strings.Join(failures(report), "\n")
	if !report.Passed {
		c.Failure = junit.Failed(text)
	}
	return c
}
