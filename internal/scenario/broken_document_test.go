package scenario_test

// brokenDocuments are wrong as documents, in their settings or in what is given.
var brokenDocuments = []broken{
	{"nothing at all", "", []string{
		`test.yaml:1:1: found an empty document, expected a scenario: version, scenario, rules`,
	}},
	{"a comment only", "# nothing yet\n", []string{
		`test.yaml:1:1: found an empty document, expected a scenario: version, scenario, rules`,
	}},
	{"a list instead of a mapping", "- {on: kyc.address.get}\n", []string{
		`test.yaml:1:1: found a list, expected a mapping with the keys version, scenario, rules`,
	}},
	{"a word", "scenario\n", []string{
		`test.yaml:1:1: found "scenario", expected a mapping with the keys version, scenario, rules`,
	}},
	{"a tab", head + "rules:\n\t- {on: kyc.address.get, do: found}\n", []string{
		`test.yaml:4:1: found a tab, expected spaces: YAML is indented with spaces only`,
	}},
	{"a bracket that is not closed", head + "rules: [\n", []string{
		`test.yaml:3:8: found "[" that is not closed, expected "]" after its last value`,
	}},
	{"a colon too many", head + "about: Two: colons: here\n", []string{
		`test.yaml:3:8: found a text with a colon and a space in it, expected quotes around it, such as about: "a: b"`,
	}},
	{"bytes that are no text", "version: 1\nscenario: t\xff\n", []string{
		`test.yaml:2:12: found the byte 0xff, which is not UTF-8 (я in Windows-1251), expected a text saved as UTF-8`,
	}},
	{"two documents", `version: 1
scenario: test
---
version: 1
scenario: test
`, []string{
		`test.yaml:3:1: found a second document after ---, expected one scenario in a file; use cases: for several`,
	}},
	{"no version", "scenario: test\n", []string{
		`test.yaml:1:1: found no version, expected the key version: the language's version, 1`,
	}},
	{"another version", `version: 2
scenario: test
`, []string{
		`test.yaml:1:10: version: found "2", expected version 1, the only one that there is`,
	}},
	{"no name", "version: 1\n", []string{
		`test.yaml:1:1: found no scenario, expected the key scenario: a name in kebab-case`,
	}},
	{"a name in capitals", `version: 1
scenario: My Test
`, []string{
		`test.yaml:2:11: scenario: found "My Test", expected a name in kebab-case: small letters, digits and single hyphens; did you mean "my-test"?`,
	}},
	{"an unknown key", head + "rulez: []\n", []string{
		`test.yaml:3:1: found "rulez", expected one of the keys {document}; did you mean "rules"?`,
	}},
	{"a key twice", head + `seed: 1
seed: 2
`, []string{
		`test.yaml:4:1: seed: found "seed" a second time, expected it once; the first is on line 3`,
	}},
	{"a key that is a list", head + "[a]: 1\n", []string{
		`test.yaml:3:1: found a list, expected a word as a key, or quotes around a text that begins with { or [`,
	}},
	{"an empty about", head + "about:\n", []string{
		`test.yaml:3:7: about: found nothing, expected a sentence about what the scenario shows`,
	}},
	{"a seed in words", head + "seed: seven\n", []string{
		`test.yaml:3:7: seed: found "seven", expected a whole number, 0 or more`,
	}},
	{"a negative seed", head + "seed: -1\n", []string{
		`test.yaml:3:7: seed: found "-1", expected a whole number, 0 or more`,
	}},
	{"a clock's unknown key", head + `clock: {begin: "2024-03-01T09:00:00+05:00"}
`, []string{
		`test.yaml:3:9: clock: found "begin", expected one of the keys {clock}`,
	}},
	{"a clock without an offset", head + "clock: {start: 2024-03-01T09:00:00}\n", []string{
		`test.yaml:3:16: clock.start: found "2024-03-01T09:00:00", expected an instant with its offset, such as 2024-03-01T09:00:00+05:00; did you mean "2024-03-01T09:00:00+05:00"?`,
	}},
	{"a clock's unknown mode", head + "clock: {mode: frosen}\n", []string{
		`test.yaml:3:15: clock.mode: found "frosen", expected one of real, frozen, speed; did you mean "frozen"?`,
	}},
	{"a speed without mode speed", head + "clock: {mode: frozen, speed: 60}\n", []string{
		`test.yaml:3:23: clock.speed: found speed beside mode frozen, expected mode: speed, or no speed`,
	}},
	{"mode speed without a speed", head + "clock: {mode: speed}\n", []string{
		`test.yaml:3:9: clock.mode: found mode speed without speed, expected the key speed: how many of the sandbox's seconds pass in a real one`,
	}},
	{"a speed of nothing", head + "clock: {speed: 0}\n", []string{
		`test.yaml:3:16: clock.speed: found "0", expected a number above 0 and at most 1000000`,
	}},
	{"an unknown switch", head + "profile: {kyc.error_envelop: message}\n", []string{
		`test.yaml:3:11: profile: found "kyc.error_envelop", expected preset or a switch; did you mean "kyc.error_envelope"?`,
	}},
	{"an unknown value of a switch", head + "profile: {kyc.error_envelope: mesage}\n", []string{
		`test.yaml:3:31: profile.kyc.error_envelope: found "mesage", expected one of detail, message, both; did you mean "message"?`,
	}},
	{"an unknown preset", head + "profile: {preset: document}\n", []string{
		`test.yaml:3:19: profile.preset: found "document", expected one of documents, observed, strict; did you mean "documents"?`,
	}},
	{"a switch that is no duration", head + "profile: {kyc.answer_timeout: 90}\n", []string{
		`test.yaml:3:31: profile.kyc.answer_timeout: found "90", expected a duration such as 120s`,
	}},
	{"an unknown fixture", head + `given:
  subject: []
`, []string{
		`test.yaml:4:3: given: found "subject", expected one of the keys subjects, keys, k2, abs; did you mean "subjects"?`,
	}},
	{"an unknown fixture of a group", head + `given:
  k2:
    loan: []
`, []string{
		`test.yaml:5:5: given.k2: found "loan", expected one of the keys exclusions, loans, demands, withdrawals, payments, incoming, rzap; did you mean "loans"?`,
	}},
	{"a fixture that is no list", head + `given:
  subjects: {iin: 901123300258}
`, []string{
		`test.yaml:4:13: given.subjects: found a mapping, expected a list: one item for each that is true; each item begins with -`,
	}},
	{"an unknown field of a fixture", head + `given:
  subjects:
    - {iin: 901123300258, fone: 77011234567}
`, []string{
		`test.yaml:5:27: given.subjects[0]: found "fone", expected one of the fields address, after, answers, cases, documents, failure, iin, phone, registered; did you mean "phone"?`,
	}},
	{"a fixture without a required field", head + `given:
  subjects:
    - {phone: 77011234567}
`, []string{
		`test.yaml:5:7: given.subjects[0]: found no iin, expected the key iin`,
	}},
	{"forms that values of a fixture haven't", head + `given:
  subjects:
    - {iin: 90112330025}
  k2:
    loans: [{contract_number: KD1, dbz_dt: 2014-02-31, iinbin: 901123300258, debt: 5}]
    demands: [{code: PTPJ1, contract_number: KD1, amount: 5, bank: kaspi}]
`, []string{
		`test.yaml:5:13: given.subjects[0].iin: found 90112330025, expected twelve digits`,
		`test.yaml:7:44: given.k2.loans[0].dbz_dt: found "2014-02-31", expected a date of the calendar, such as 2014-02-08`,
		`test.yaml:8:68: given.k2.demands[0].bank: found "kaspi", expected a BIC, such as CASPKZKA`,
	}},
	{"a fixture's field of another type", head + `given:
  k2:
    loans:
      - {contract_number: KD1, iinbin: 901123300258, debt: much}
`, []string{
		`test.yaml:6:60: given.k2.loans[0].debt: found "much", expected a number`,
	}},
	{"a fixture's field that is none of its words", head + `given:
  subjects:
    - {iin: 901123300258, answers: maybe}
`, []string{
		`test.yaml:5:36: given.subjects[0].answers: found "maybe", expected one of approve, reject, ignore`,
	}},
	{"a fixture whose value the service refuses", head + `given:
  subjects:
    - {iin: 901123300258, after: soon}
`, []string{
		`test.yaml:5:34: given.subjects[0].after: found "soon", expected a duration with its unit, such as 30s`,
	}},
	{"a time in days", head + `given:
  subjects:
    - {iin: 901123300258, after: 2d}
`, []string{
		`test.yaml:5:34: given.subjects[0].after: found "2d", expected a duration with its unit, such as 30s; did you mean "48h"?`,
	}},
	{"a used file that is not there", head + "use: [payment-lost-replay.yaml]\n", []string{
		`test.yaml:3:7: use[0]: found "payment-lost-replay.yaml", expected a file beside this one or in the library; did you mean "payment-lost-reply.yaml"?`,
	}},
	{"a used file outside", head + "use: [../secrets.yaml]\n", []string{
		`test.yaml:3:7: use[0]: found "../secrets.yaml", expected a path below the scenario's folder or in the library, without .. and without a leading /`,
	}},
	{"an alias within itself", head + "rules: &all [{on: kyc.address.get, do: *all}]\n", []string{
		`test.yaml:3:40: found the alias *all within what it stands for, expected an alias of something else`,
	}},
	{"an unknown alias", head + "rules: *all\n", []string{
		`test.yaml:3:8: found the alias *all, expected an alias of something that is named &all before, or quotes around a text that begins with *`,
	}},
	{"a merge of what is no mapping", head + `rules:
  - {<<: [{on: kyc.info.exec_proc}, found], do: 503}
`, []string{
		`test.yaml:4:37: rules[0].<<[1]: found "found", expected a mapping to merge, such as *name`,
	}},
	{"a clock at the end of time", head + `clock: {start: "9999-12-31T23:59:59Z"}
`, []string{
		`test.yaml:3:16: clock.start: found "9999-12-31T23:59:59Z", expected an instant from 1970-01-01 to 9000-01-01`,
	}},
	{"an expression with brackets in braces", head + `rules:
  - {on: kyc.info.exec_proc, when: body.items[0].amount > 1000, do: 503}
`, []string{
		`test.yaml:4:36: found an expression without quotes, ` + quotesNeeded,
	}},
	{"an expression that begins with a text in braces", head + `rules:
  - {on: kyc.info.exec_proc, for: {iin: 1}, when: "1" == body.iin, do: 503}
`, []string{
		`test.yaml:4:51: found an expression without quotes, ` + quotesNeeded,
	}},
	{"an expression with a mapping in braces", head + `rules:
  - {on: kyc.info.exec_proc,
     when: any(body.items, {.amount > 1}), do: 503}
`, []string{
		`test.yaml:5:12: found an expression without quotes, ` + quotesNeeded,
	}},
	{"an expression with a colon", head + `rules:
  - on: kyc.info.exec_proc
    when: body.iin == "1" ? true : false
    do: 503
`, []string{
		`test.yaml:5:11: found an expression without quotes, ` + quotesNeeded,
	}},
	{"a save with brackets in braces", head + `try:
  - {call: kyc.info.exec_proc, save: {number: body[0].exec_proc_num}}
`, []string{
		`test.yaml:4:47: found an expression without quotes, ` + quotesNeeded,
	}},
	{"an expression with a comma in braces", head + `rules:
  - {on: kyc.info.exec_proc, when: body.iin in f(1, 2, 3), do: 503}
`, []string{
		`test.yaml:4:49: rules[0].when: found "(" that is not closed, expected ")" behind what it holds`,
		`test.yaml:4:53: rules[0]: found "2", expected the rest of the expression in quotes: when: '…'; without them YAML ends it at a comma within {…}`,
		`test.yaml:4:56: rules[0]: found "3)", expected the rest of the expression in quotes: when: '…'; without them YAML ends it at a comma within {…}`,
	}},
	{"no bracket at the end, and a good expression", head + `rules:
  - {on: kyc.info.exec_proc, when: 'body.items[0].amount > 1000', do: 503
`, []string{
		`test.yaml:4:5: found "{" that is not closed, expected "}" after its last value`,
	}},
	{"a tab within a text, and another mistake", head + `about: 'a
		b'
rules: [
`, []string{
		`test.yaml:5:8: found "[" that is not closed, expected "]" after its last value`,
	}},
}

const quotesNeeded = "expected quotes around the expression, such as when: 'body.items[0].amount > 1000': " +
	"without them YAML reads brackets, quotes, and a colon or comma within {…}, as its own"
