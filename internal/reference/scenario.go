package reference

import (
	"fmt"
	"strings"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/faults"
	"github.com/kzsim/kzsim/internal/scenario"
	"github.com/kzsim/kzsim/internal/scenario/expression"
)

// language is the page of the scenario language under way, with the keys of its
// mappings.
type language struct {
	source
	*page
	keys map[string][]scenario.Key
}

func scenarioPage(s source) (*page, error) {
	l := language{s, newPage("The scenario language: reference"), scenario.Keys(s.table)}
	l.para("Everything that the language knows. [One page](scenarios.md) is enough to begin with; " +
		"in an editor the [schema](../schemas/scenario.schema.json) says the same while you type. " +
		"Every example here is a whole scenario: `sim test` runs it.")
	for _, part := range []func() error{
		l.document, l.clock, l.profile, l.given, l.rules, l.steps, l.must, l.tries, l.cases,
	} {
		if err := part(); err != nil {
			return nil, err
		}
	}
	l.expressions()
	l.outcomes()
	return l.page, nil
}

// table of a mapping's keys, in the order of the grammar.
func (l language) table(mapping string) {
	var rows [][]string
	for _, k := range l.keys[mapping] {
		about := k.About
		if k.Default != "" {
			about += " Without it " + code(k.Default) + "."
		}
		rows = append(rows, []string{code(k.Name), k.Is, mark(k.Required), about})
	}
	l.page.table([]string{"key", "is", "required", "about"}, rows)
}

func (l language) document() error {
	l.heading(2, "The document")
	l.table("document")
	l.para("A file that is used gives its `given` and its `rules`, and nothing else. What is given there is made true first; its rules come after this file's.")
	l.para("A file has at most %d KiB, and less of all that takes time to read: %s. YAML's anchors, aliases and merge keys work; JSON is YAML.", document.MaxSize>>10, scenario.Bounds())
	return l.example("document")
}

func (l language) clock() error {
	l.heading(2, "clock")
	l.table("clock")
	l.para("A try is frozen at %s unless the scenario says otherwise. More in [time](time.md).",
		code(scenario.DefaultStart().Format("2006-01-02T15:04:05Z07:00")))
	l.para("Durations are written with their unit: `300ms`, `30s`, `5m`, `1h30m`.")
	return l.example("clock")
}

func (l language) profile() error {
	l.heading(2, "profile")
	l.para("`preset` is one of %s, and each [switch](contract.md#switches) may be set over it.", codes(contract.Presets()))
	var rows [][]string
	for _, s := range l.source.table.Switches() {
		values := codes(s.Values)
		if s.IsDuration() {
			values = "a duration"
		}
		rows = append(rows, []string{code(s.Key), values, code(s.Default)})
	}
	l.page.table([]string{"switch", "is", "by the documents"}, rows)
	return l.example("profile")
}

func (l language) given() error {
	l.heading(2, "given")
	l.para("What is true before the first request. Whoever and whatever isn't named is as the population has it: " +
		"an ordinary adult, a loan, a proceeding. Fixtures are made true in the order below, whatever the order of the file.")
	for _, service := range l.source.table.Services {
		for _, f := range service.Fixtures {
			l.heading(3, "given."+f.Name)
			l.para("%s", f.About)
			fields, err := l.fields(f.Schema)
			if err != nil {
				return err
			}
			fieldTable(l.page, fields)
			if err := l.example("given-" + strings.ReplaceAll(f.Name, ".", "-")); err != nil {
				return err
			}
		}
	}
	return nil
}

func (l language) rules() error {
	l.heading(2, "rules")
	l.para("What goes otherwise than the services would by themselves. The first rule that matches decides; all of its criteria have to hold.")
	l.table("rule")
	l.para("A pattern's `*` stands for any text: `kyc.*`, `kyc.address.*`, `*`. Of a pattern's operations a rule meets those that have every outcome that it names.")
	l.para("`when` sees `body`, `query`, `path`, `header` (in any spelling, `header[\"x-request-id\"]`) and `now`, the sandbox's time. " +
		"[Expressions](#expressions) says what it may say, and how much work it may be. Within `{…}` YAML trips over brackets, quotes and commas: put such a `when` in single quotes, or on a line of its own.")
	l.para("A list in `do` goes on for each session, if the operation has one, otherwise for each subject, otherwise for the sandbox. " +
		"Only requests that the rule decided are counted; the last step repeats. A request that prefers an outcome itself (`Prefer`) is decided by no rule and counted by none.")
	l.para("`sim test` refuses a rule behind one that always wins, and a sequence that no service goes through, such as `[valid, pending]`.")
	return l.example("rules")
}

func (l language) steps() error {
	l.heading(2, "Steps")
	l.para("What a request meets (`do`). As a word: an outcome of the operation, a fault (%s), or `pass` to leave it to the service. "+
		"As a number: the documented outcome with that HTTP status, else a plain error with it. As a mapping, of one key or several:", codes(bareFaults()))
	l.table("step")
	l.para("A forced error changes nothing. A forced success first brings the state to where it is true: after `do: valid` the address can be fetched. " +
		"A patched or written answer still has to fit the operation, unless `off_contract: true` says that it doesn't on purpose.")
	return l.example("steps")
}

// bareFaults are those that need no parameters.
func bareFaults() []string {
	var words []string
	for _, k := range faults.Kinds() {
		if k.Word {
			words = append(words, k.Name)
		}
	}
	return words
}

func (l language) must() error {
	l.heading(2, "must")
	l.para("What the client under test has to do. `GET /_sim/sandboxes/{id}/verdict` and `sim exec` say whether it did, with the requests that came closest. " +
		"A `try` is no client under test: `must` doesn't fail it.")
	l.table("must")
	return l.example("must")
}

func (l language) tries() error {
	l.heading(2, "try")
	l.para("What a client sees, step by step, in a sandbox of its own. A step is one of " +
		"`call` (with `with`, `headers`, `expect`, `save`), `repeat` (with `expect`, `save`), `advance`, or `subject` and `answer`.")
	l.table("try")
	l.para("`repeat` sends the last `call` again, byte for byte. Required fields that `with` leaves out are filled in: from the steps before, " +
		"from `given`, else plausibly. Where the step expects to be told of a malformed request or row, it is sent as it stands.")
	l.para("`${name}` is a saved value, `${otp(77015550001)}` the code that 1414 last sent to a phone, `${otp(phone)}` the one to the phone of the last request that named one, " +
		"`${now}` the sandbox's time, `${uuid}` another one each time, `$${` is `${` itself. `save` sees `body`, `header` and `status`.")
	l.heading(3, "expect")
	l.para("As a word an outcome or a fault; as a number the HTTP status; or a mapping, of which everything has to hold:")
	l.table("expect")
	l.para("`body` is met by a body that has at least that: fields that aren't named may be anything, and so may items behind the last one of a list. " +
		"`[]` is met by an empty list alone. A value without quotes is met by a text or a number that reads the same; one in quotes by that text.")
	return l.example("try")
}

func (l language) cases() error {
	l.heading(2, "cases")
	l.para("Scenarios of their own in one file. What the file says at its top holds in each; a case's fixtures are added, its rules go first, " +
		"its `seed`, `clock` and `profile` replace the file's. A case is called by the file's name and its own: `exclusions/without`.")
	l.table("case")
	return l.example("cases")
}

func (l language) expressions() {
	l.heading(2, "Expressions")
	l.para("`when` and `save` are expressions of the [Expr language](https://expr-lang.org/docs/language-definition), such as " +
		"`any(body.items, .amount > 1000)`. Its operators are `and`, `or`, `not`, `==`, `!=`, `<`, `<=`, `>`, `>=`, `in`, `contains`, `startsWith`, `endsWith`, " +
		"`matches` (with a pattern in quotes), `+`, `-`, `*`, `/`, `%%`, `**`, `??`, `?.` and `? :`; `let x = …; …` names a value. " +
		"There are no ranges (`1..9`), and no search within a search.")
	l.para("The functions are %s. Expr has others; they are left out because a condition has no use for them.", codes(expression.Functions()))
	l.para("An expression is bounded when the scenario is checked, and each time it is evaluated:")
	l.page.table([]string{"bound", "is"}, [][]string{
		{"length", fmt.Sprintf("%d characters, %d values and operators", expression.MaxSource, expression.MaxNodes)},
		{"brackets within brackets", fmt.Sprint(expression.MaxDepth)},
		{"pattern of `matches`", fmt.Sprintf("%d bytes, %d instructions: `a{100}` is a hundred", expression.MaxPattern, expression.MaxInstructions)},
		{"steps of an evaluation", fmt.Sprint(expression.MaxSteps)},
		{"texts and lists that an evaluation makes", fmt.Sprintf("%d MiB", expression.MaxBytes>>20)},
		{"steps of all evaluations that a request has", fmt.Sprint(expression.MaxRequestSteps)},
		{"texts and lists that they make", fmt.Sprintf("%d MiB", expression.MaxRequestBytes>>20)},
	})
	l.para("An operator, a field or a call takes a step or a few for each item of the list that is searched; a function takes more for a long text, " +
		"and `matches` for each instruction of its pattern, too. To compare three fields of 5000 rows takes some 150000 steps. " +
		"Steps and bytes are counted, not timed: the same expression and request always have the same verdict. " +
		"A condition whose budget is spent is false: its explanation says which budget and how large it is, and the next rule is looked at. " +
		"A `save` whose budget is spent fails its step.")
}

// outcomes of all operations by name, to look up while writing.
func (l language) outcomes() {
	l.heading(2, "Operations and outcomes")
	var rows [][]string
	for _, op := range l.source.table.Operations() {
		rows = append(rows, []string{link(code(op.ID), "contract.md#"+anchor(op.ID)), codes(op.OutcomeNames())})
	}
	l.page.table([]string{"operation", "outcomes"}, rows)
}
