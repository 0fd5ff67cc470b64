package scenario_test

// brokenAsWritten are documents with what people write by habit of other tools and languages.
var brokenAsWritten = []broken{
	{"a clock's speed alone", "version: 1\nscenario: test\nclock: 60\n", []string{
		`test.yaml:3:8: clock: found "60", expected a mapping with start, mode, speed, zone; did you mean "{mode: speed, speed: 60}"?`,
	}},
	{"a clock's instant alone", "version: 1\nscenario: test\nclock: 2026-01-01T00:00:00\n", []string{
		`test.yaml:3:8: clock: found "2026-01-01T00:00:00", expected a mapping with start, mode, speed, zone; did you mean "{start: 2026-01-01T00:00:00+05:00}"?`,
	}},
	{"a clock as a flag has it", "version: 1\nscenario: test\nclock: frozen@2024-03-01\n", []string{
		`test.yaml:3:8: clock: found "frozen@2024-03-01", expected a mapping with start, mode, speed, zone; did you mean "{mode: frozen, start: 2024-03-01T00:00:00+05:00}"?`,
	}},
	{"a clock's mode alone", "version: 1\nscenario: test\nclock: real\n", []string{
		`test.yaml:3:8: clock: found "real", expected a mapping with start, mode, speed, zone; did you mean "{mode: real}"?`,
	}},
	{"a clock that is no clock", "version: 1\nscenario: test\nclock: now\n", []string{
		`test.yaml:3:8: clock: found "now", expected a mapping with start, mode, speed, zone`,
	}},
	{"a clock of a mark alone", "version: 1\nscenario: test\nclock: '@5'\n", []string{
		`test.yaml:3:8: clock: found "@5", expected a mapping with start, mode, speed, zone`,
	}},
	{"an entry in quotes", head + `rules: ["on: kyc.address.approve"]
given: {subjects: ['iin: 901123300258']}
try:
  - "call: kyc.info.exec_proc"
  - "a text: of another form"
`, []string{
		`test.yaml:3:9: rules[0]: found a key and its value in one pair of quotes, expected quotes around the value alone, or none: on: kyc.address.approve`,
		`test.yaml:4:20: given.subjects[0]: found a key and its value in one pair of quotes, expected quotes around the value alone, or none: iin: 901123300258`,
		`test.yaml:6:5: try[0]: found a key and its value in one pair of quotes, expected quotes around the value alone, or none: call: kyc.info.exec_proc`,
		`test.yaml:7:5: try[1]: found "a text: of another form", expected a step such as {call: kyc.address.get, expect: found}`,
	}},
	{"colons of another script", head + `rules:
  - {on: kyc.address.approve, do： timeout}
  - {on：kyc.address.approve, do: timeout}
`, []string{
		`test.yaml:4:31: rules[0]: found "do： timeout", expected a plain colon and a space: do: timeout`,
		`test.yaml:5:6: rules[1]: found "on：kyc.address.approve", expected a plain colon and a space: on: kyc.address.approve`,
	}},
	{"two steps in one", head + `try:
  - {call: abs - http://127.0.0.1:9000}
  - {call: kyc.info.exec_proc - kyc.address.get}
`, []string{
		`test.yaml:4:12: try[0].call: found "abs - http://127.0.0.1:9000", expected an operation alone, such as abs.get_cli; the URL of a system that is called goes to --target NAME=URL`,
		`test.yaml:5:12: try[1].call: found "kyc.info.exec_proc - kyc.address.get", expected an operation alone, such as kyc.info.exec_proc; each step is an item of its own, which begins with -`,
	}},
}
