package scenario_test

// brokenWords are wrong in what finds, bounds or repeats parts of a scenario.
var brokenWords = []broken{
	{"a tag that is no name", head + `tags: [Payments, slow]
`, []string{
		`test.yaml:3:8: tags[0]: found "Payments", expected a name in kebab-case: small letters, digits and single hyphens`,
	}},
	{"tags in one text", head + `tags: payments
`, []string{
		`test.yaml:3:7: tags: found "payments", expected a list of tags, such as [payments, slow]`,
	}},
	{"a case's tags in a rule", head + `rules:
  - {on: kyc.address.get, do: found, tags: [slow]}
`, []string{
		`test.yaml:4:38: rules[0]: found "tags", expected one of the keys {rule}; tags goes to the top of the document`,
	}},
	{"an own key below the top", head + `rules:
  - {on: kyc.address.get, do: found, x-note: slow}
`, []string{
		`test.yaml:4:38: rules[0]: found "x-note", expected one of the keys {rule}; keys that begin with x- stand at the top of the document`,
	}},
}
