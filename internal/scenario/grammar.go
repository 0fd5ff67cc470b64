package scenario

import (
	"regexp"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/document"
	"github.com/kzsim/kzsim/internal/faults"
	"github.com/kzsim/kzsim/internal/journal"
)

// grammar is what a document may hold. The checker reads documents by it; the schema for
// editors and the tables of the reference are derived from it. A new key is one field
// here, and code in the file that reads its mapping.
type grammar struct {
	table                            *contract.Table
	document, used, must, liveFaults kind
	chaos                            kind
	parts                            []part
}

// part is a mapping that the reference explains under a name.
type part struct {
	name string
	*mapping
}

// grammarOf a table. A process has one table, and reads many documents by it.
func grammarOf(table *contract.Table) *grammar {
	if g := lastGrammar.Load(); g != nil && g.table == table {
		return g
	}
	g := newGrammar(table)
	lastGrammar.Store(g)
	return g
}

var lastGrammar atomic.Pointer[grammar]

func newGrammar(table *contract.Table) *grammar {
	g := &grammar{table: table}
	fault := definition{name: "fault", kind: faultKind()}
	do := g.do(fault)
	rule := definition{name: "rule", kind: g.explain("rule", &mapping{
		what: "a rule such as {on: kyc.address.get, do: token-expired}", fields: slices.Concat([]field{
			{name: "name", kind: text("text", "a name for the rule"), about: "How explanations and headers name the rule."},
			onField, directionField, forField, whenField, rowsField,
			{name: "do", kind: do, required: "what the requests meet", about: "What the requests meet: a step, or a list of them, " +
				"one for each request of a session, a subject or the sandbox; the last one repeats."},
		}, limits, g.awaited()), bonds: shares,
	})}
	expectation := definition{name: "expectation", kind: g.mustKind()}
	sections := g.sections(rule, expectation)
	one := slices.Concat([]field{
		{name: "name", kind: nameKind, required: "a name in kebab-case", about: "The case's name, in kebab-case."},
		{name: "about", kind: text("text", "a sentence about what the case shows"), about: "What the case shows, in a sentence."},
		tagsField,
	}, sections)
	document := &mapping{
		what: "a mapping with the keys version, scenario, rules", free: ownKeys,
		fields: slices.Concat(heading, []field{g.varsField()}, sections, []field{g.cases(one)}),
	}
	g.document = g.explain("document", document)
	g.used = usedKind(document)
	g.must = definition{name: "requests", kind: expectationKind()}
	meets := onField
	meets.required, meets.without = "", "*"
	g.liveFaults = &mapping{what: "a fault such as {on: kyc.*, fault: reset}", fields: slices.Concat([]field{
		{name: "fault", kind: fault, required: "what goes wrong, such as reset or {delay: 2s}", about: "What goes wrong."},
		meets, directionField, forField, whenField,
	}, limits, termFields("the fault")), bonds: append(slices.Clip(shares), bond{has: perKey, needs: []string{timesKey, overKey, shareKey}, why: "what it counts: times, over or share"})}
	g.chaos = chaosKind(meets)
	return g
}

// explain a mapping in the reference.
func (g *grammar) explain(name string, m *mapping) *mapping {
	g.parts = append(g.parts, part{name, m})
	return m
}

// Kinds of scalars that stand once in the schema.
var (
	nameKind     = definition{name: "name", kind: kebabName()}
	durationKind = definition{name: "duration", kind: duration()}
	statusKind   = definition{name: "status", kind: httpStatus(100)}
)

// heading are the keys that only a document has.
var heading = []field{
	{name: "version", kind: versionKind(), required: "the language's version, " + Version, about: "The language's version."},
	{name: "scenario", kind: nameKind, required: "a name in kebab-case", about: "The scenario's name, in kebab-case."},
	{name: "about", kind: text("text", "a sentence about what the scenario shows"), about: "What it shows, in a sentence."},
	tagsField,
	{
		name:  "use",
		kind:  &list{what: "a list of files, such as [base/overdue-loan.yaml]", words: "list of files", of: text("file", "a file, such as base/overdue-loan.yaml")},
		about: "Files, beside this one or in the library, whose given and rules are shared.",
	},
}

// ownKeys is the prefix of a document's keys that are not read: they can hold anchors.
const ownKeys = "x-"

var tagsField = field{
	name: "tags", kind: &list{what: "a list of tags, such as [payments, slow]", words: "list of names", most: maxTags, of: nameKind},
	about: "Words by which `sim test --tag` finds it. A case has its file's, too.",
}

func versionKind() *scalar {
	return &scalar{
		words: Version, what: "version " + Version + ", the only one that there is", editor: same(object{"enum": []any{1, Version}}),
		parse: func(p *checker, n node) (any, bool) {
			if n.Value != Version {
				p.refuse(n, n.describe(), "version "+Version+", the only one that there is")
				return nil, false
			}
			return Version, true
		},
	}
}

// sections are what a document and each of its cases may have.
func (g *grammar) sections(rule, expectation kind) []field {
	const mostSeed = 1<<64 - 1
	clock := g.explain("clock", clockKind())
	return []field{
		{name: "seed", kind: whole("a whole number, 0 or more", 0, mostSeed), about: "Selects the population and all that is drawn."},
		{name: "clock", kind: definition{name: "clock", kind: clock}, about: "The sandbox's clock."},
		{name: "profile", kind: definition{name: "profile", kind: g.profile()}, about: "How the services behave where deployments differ."},
		g.targets(),
		{name: "given", kind: definition{name: "given", kind: g.given("")}, about: "What is true at the start."},
		{
			name: "rules", kind: &list{what: "a list of rules", words: "list of [rules](#rules)", of: rule},
			about: "What goes otherwise than the services would by themselves. The first rule that matches wins.",
		},
		{
			name: "must", kind: &list{what: "a list of expectations", words: "list of [expectations](#must)", of: expectation},
			about: "What the client under test has to do.",
		},
		{
			name: "try", kind: &list{what: "a list of steps", words: "list of [steps](#try)", of: definition{name: "try", kind: g.try()}},
			about: "What a client sees: makes the scenario a test of itself.",
		},
	}
}

func (g *grammar) cases(fields []field) field {
	return field{
		name: "cases", about: "Scenarios of their own that share what this file says; a case's rules go first.",
		kind: &list{what: "a list of cases", words: "list of [cases](#cases)", most: maxCases, of: g.explain("case", &mapping{
			what: "a case: a mapping with name, given, rules, try", fields: fields,
		})},
	}
}

// usedKind is a document that another one uses: only what it shares is looked at.
func usedKind(document *mapping) *mapping {
	used := *document
	used.what = "a mapping with the keys version, scenario, given, rules"
	used.fields = slices.Clone(document.fields)
	for i, f := range used.fields {
		if !slices.Contains([]string{"version", "scenario", "use", "given", "rules", varsKey}, f.name) {
			used.fields[i] = field{name: f.name, kind: anything{}}
		}
	}
	return &used
}

const presetKey = "preset"

func (g *grammar) profile() *mapping {
	m := &mapping{
		what: "a mapping such as {preset: documents, kyc.error_envelope: message}", keys: "preset or a switch", words: "[profile](#profile)",
		fields: []field{{name: presetKey, kind: oneOf(contract.Presets()...), about: "The preset that switches are set over."}},
	}
	for _, s := range g.table.Switches() {
		var kind kind = oneOf(s.Values...)
		if s.IsDuration() {
			kind = switchDuration(s)
		}
		m.fields = append(m.fields, field{name: s.Key, kind: kind, about: s.About, without: s.Default})
	}
	return m
}

// given is a group of fixtures, or all of them.
func (g *grammar) given(group string) *mapping {
	known := fixtures(g.table)
	m := &mapping{what: "a mapping of what is true at the start, such as subjects: […]", words: "[fixtures](#given)"}
	for _, word := range wordsBelow(known, group) {
		name := document.Below(group, word)
		i := slices.IndexFunc(known, func(f contract.Fixture) bool { return f.Name == name })
		if i < 0 {
			m.fields = append(m.fields, field{name: word, kind: g.given(name)})
			continue
		}
		item := anything{editor: func(w *schemaWriter) object { return w.embed(known[i].Schema) }}
		m.fields = append(m.fields, field{name: word, kind: &list{what: "a list: one item for each that is true", of: item}, about: known[i].About})
	}
	return m
}

// The keys that choose the requests of rules, expectations and live faults.
var (
	onField = field{
		name: "on", kind: operation(true), about: "An operation, or a pattern such as kyc.address.*.",
		required:   "an operation, such as kyc.address.get, or a pattern, such as kyc.address.*",
		operations: func(p *checker, v value) []*contract.Operation { return p.fitting(v.Value) },
	}
	forField = field{
		name: "for", kind: definition{name: "for", varies: true, kind: &named{
			what: "a mapping of a field and its value, such as {iin: 901123300258}", words: "mapping of a field and a value, or a list of values",
			key: requestField, known: (*checker).forFields, of: definition{name: "values", kind: &choice{scalar: requestValue, list: &list{empty: "at least one value", of: requestValue}}},
		}},
		about: "Fields of the request and their values. iin meets that person whichever field carries the number. Of a batch those rows alone meet an outcome that refuses rows.",
	}
	whenField = field{
		name: "when", kind: text("expression", "an expression such as body.amount > 1000"), about: "An expression over body, query, path, header and the time.",
	}
	directionField = field{
		name: "direction", kind: oneOf(journal.In, journal.Out), without: journal.In,
		about: "`in` for requests that come, `out` for [calls that K2 makes itself](deliveries.md).",
	}
	limits = []field{
		{
			name: "between", about: "A stretch of the sandbox's time: two instants, or two durations from the start.",
			kind: &list{what: "a list of two: from and until, such as [0s, 10m]", words: "list of two", exact: 2, of: moment(", or a duration from the start, such as 10m")},
		},
		{
			name: perKey, kind: definition{name: "per", varies: true, kind: counted()},
			about: "Whose requests are counted, each by itself, for a list in `do`, `choose`, `times`, `over` and `share`. A request without it counts under none.",
		},
		{name: timesKey, kind: whole("a whole number, 1 or more", 1, maxCount), about: "How many requests it decides in all, or for each of `per`."},
		{
			name: overKey, kind: quotaKind(),
			about: "A quota on the sandbox's clock: it decides only requests beyond so many in any stretch of that length, in all or for each of `per`.",
		},
		{name: shareKey, kind: percentage(), about: "Of how many of `per` it decides all requests: the same ones each time, by the seed."},
		{
			name: "probability", kind: above("share, above 0, at most 1", "a share above 0 and at most 1, such as 0.05", 1),
			about: "The share of requests that it decides, by the seed.",
		},
	}
	shares = []bond{
		{has: shareKey, needs: []string{perKey}, why: "per: whose share it is, such as per: subject"},
		{has: perKey, is: []string{perSandbox}, bars: shareKey, why: "a share of many, such as per: subject: there is one sandbox"},
	}
	requestField = word("field", (*checker).forFields,
		func(p *checker, _ string) string {
			return "a field of the request: " + strings.Join(p.requestFields(p.operations), ", ")
		}).expecting("a field of the request, such as iin")
	requestValue = text("value", "a value, or a list of values")
)

// forFields are the fields of the requests for the operations under way.
func (p *checker) forFields() []string { return withSubjects(p.requestFields(p.operations)) }

// maxCount bounds counts of requests.
const maxCount = 1<<31 - 1

var boundsForm = regexp.MustCompile(`^(==|>=|<=|>|<)?\s*([0-9]{1,9})$`)

func expectationKind() *mapping {
	return &mapping{
		what: "an expectation such as {on: kyc.address.get, outcome: found, count: 1}",
		fields: []field{
			onField, directionField, forField, whenField,
			{name: "outcome", kind: outcomeKind, about: "The outcome that is counted; any if left out."},
			{name: "finding", kind: findingKind(), about: "Counted are requests with a finding, without one, or with one that rests on this ledger entry."},
			{name: "count", kind: countKind(), about: "How many there have to be.", without: ">=1"},
			{name: "within", kind: durationKind, about: "Counted are requests up to so long after the start, on the sandbox's clock."},
		},
	}
}

// countKind is a number, or a bound of one.
func countKind() *scalar {
	return formed("`2`, `\">=1\"`, `\"<3\"`", `a number, or one with a comparison in quotes, such as ">=1"`, boundsForm,
		object{"type": "integer", "minimum": 0, "maximum": 999999999})
}

var (
	outcomeKind = definition{name: "outcome", varies: true, kind: outcomeWord().expecting("an outcome of the operation")}
	// expectedOutcome is one that an answer has to be.
	expectedOutcome = definition{name: "outcome", varies: true, kind: outcomeWord().expecting("an outcome of the operation; several stand in any: [found, 503]")}
)

func outcomeWord() *scalar {
	return word("outcome",
		func(p *checker) []string { return outcomes(p.operations) },
		func(p *checker, word string) string {
			return "an outcome of " + p.outcomesOf(": %s") + p.elsewhere(word)
		})
}

// do is what requests meet.
func (g *grammar) do(fault kind) kind {
	words := word("outcome, fault or pass",
		func(p *checker) []string {
			return slices.Concat(outcomes(p.operations), faults.Words(), []string{wordPass})
		},
		func(p *checker, word string) string {
			return "an outcome of " + p.outcomesOf(" (%s)") + ", a fault or " + wordPass + p.elsewhere(word)
		})
	words.what = "a step: an outcome, a fault, pass, a status or a mapping"
	word := orStatus(stepWord(words))
	step := definition{name: "step", varies: true, kind: &choice{
		words: "[step](#steps)", scalar: word, mapping: g.explain("step", g.step(fault, word)),
	}}
	return definition{name: "do", varies: true, kind: &choice{
		words: "[step](#steps) or list of them", scalar: step,
		list: &list{what: "a list of steps", empty: "at least one step", of: step},
	}}
}

func (g *grammar) step(fault kind, word *scalar) *mapping {
	outcome := orStatus(outcomeKind.kind.(*scalar))
	m := &mapping{
		what: "a step", fields: []field{
			{name: "outcome", kind: outcome, about: "An outcome, or the status of one."},
			{name: "patch", kind: anything{"mapping or list", same(object{})}, about: "Laid over the answer, or over the body or query of a call: mappings field by field, lists item by item."},
			{name: "reply", kind: g.reply(), about: "An answer of the scenario's own."},
			changes()[0], changes()[1],
			{name: "off_contract", kind: truth(), about: "The answer is none that the documents know, on purpose."},
			{name: "fault", kind: fault, about: "What goes wrong on the wire."},
			{name: "send", kind: oneOf(string(Twice), string(AfterNext)), about: "Of a call (`direction: out`): sent twice, or only once another call has been made."},
			{name: "given", kind: definition{name: "given", kind: g.given("")}, about: "What is made true first, as in the document's `given`."},
			{name: "subject", kind: oneOf(g.table.EventNames()...), about: "How the request's subject answers 1414 first."},
			{name: moveKey, kind: advanceKind, about: "How far the clock moves first."},
			{name: chooseKey, kind: definition{name: "choose", varies: true, kind: chooseKind(word)}, about: "Steps and their weights: each request meets one of them, by the seed. It stands alone."},
		},
		bonds: []bond{
			{has: "outcome", bars: "reply", why: "one of them: an outcome can be changed with patch"},
			{has: "reply", bars: "patch", why: "one of them: a reply says everything itself"},
			{has: "reply", bars: headersKey, why: "one of them: a reply has headers of its own"},
			{has: "off_contract", needs: []string{"reply", "patch"}, why: "reply or patch beside it"},
		},
	}
	m.none = "at least " + m.expected()
	for _, name := range m.names() {
		if name != chooseKey {
			m.bonds = append(m.bonds, bond{has: chooseKey, bars: name, why: "choose alone: each of its words is a step of its own"})
		}
	}
	return m
}

func (g *grammar) reply() *mapping {
	return &mapping{
		what: "a reply: a mapping with status, headers, body", words: "mapping of `status`, `headers`, `body`",
		fields: []field{
			{name: "status", kind: httpStatus(200)},
			{name: "headers", kind: headers},
			{name: "body", kind: anything{"what is sent", same(object{})}, about: "JSON, or a text that is sent as it stands."},
		},
	}
}

// faultKind is a word, a mapping of kinds to their parameters, or a list of both.
func faultKind() *choice {
	kinds := &mapping{
		what: "a fault, such as reset or {delay: 2s}", keys: "a fault: " + strings.Join(faults.Names(), ", "), none: "a fault, such as {delay: 2s}",
	}
	for _, k := range faults.Kinds() {
		kinds.fields = append(kinds.fields, field{name: k.Name, kind: parameters{k}, about: k.About + " " + k.Imitates})
	}
	c := &choice{words: "[fault](faults.md), or a list of them", scalar: faultWord(), mapping: kinds}
	c.list = &list{what: "a list of faults", of: definition{name: "fault", kind: c}}
	return c
}
