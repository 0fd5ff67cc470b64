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
	{"headers expected twice", head + `try:
  - {call: kyc.address.get, expect: {header: {A: b}, headers: {A: b}}}
`, []string{
		`test.yaml:4:54: try[0].expect.headers: found headers beside header, expected one of them`,
	}},
	{"one of several that are none", head + `try:
  - {call: kyc.address.get, expect: {any: [found, 503, fuond]}}
  - {call: kyc.address.get, expect: {any: []}}
  - {call: kyc.address.get, expect: {any: [found], status: 200}}
`, []string{
		`test.yaml:4:56: try[0].expect.any[2]: found "fuond", expected an outcome of kyc.address.get (found, upstream-down, already-received, token-expired, subscription-not-started, no-subscription-for-technology, no-subscription, malformed) or a fault; did you mean "found"?`,
		`test.yaml:5:43: try[1].expect.any: found an empty list, expected at least one of them`,
		`test.yaml:6:52: try[2].expect.status: found status beside any, expected one of them: any lists what may come`,
	}},
	{"expected expressions that are none", head + `try:
  - {call: kyc.address.get, expect: {outcome: found, that: 'body.adress != nil'}}
  - {call: kyc.address.get, expect: {that: 'query.iin == ""'}}
  - {call: kyc.address.get, expect: {that: 'len(raw)'}}
  - {call: kyc.address.get, expect: {that: 'len(raw) ='}}
`, []string{
		`test.yaml:4:66: try[0].expect.that: found "adress", expected a field of the body: address, iin; did you mean "address"?`,
		`test.yaml:5:45: try[1].expect.that: found "query", expected an expression over body, headers, raw, status`,
		`test.yaml:6:44: try[2].expect.that: found an expression whose value is a number, expected one that is true or false`,
		`test.yaml:7:54: try[3].expect.that: found "=", expected == to compare two values`,
	}},
	{"counts and lengths that are none", head + `try:
  - {call: kyc.address.get, expect: {findings: none, took: 2s}}
  - {call: kyc.address.get, expect: {took: "<2"}}
`, []string{
		`test.yaml:4:48: try[0].expect.findings: found "none", expected a number, or one with a comparison in quotes, such as ">=1"`,
		`test.yaml:4:60: try[0].expect.took: found "2s", expected a comparison with a duration, in quotes, such as "<2s"`,
		`test.yaml:5:44: try[1].expect.took: found "<2", expected a comparison with a duration, in quotes, such as "<2s"`,
	}},
	{"several clients", head + `try:
  - {parallel: 1, call: kyc.address.get}
  - {parallel: 65, call: kyc.address.get}
  - {call: kyc.address.get, expect: {one: found, rest: 503}}
  - {parallel: 2, call: kyc.address.get, expect: {rest: found}}
  - {parallel: 2, call: kyc.address.approve, expect: {one: pendig, rest: pending}}
  - {parallel: 2, call: kyc.address.approve, expect: pending, save: {a: body.status}}
  - {parallel: 2, repeat: 1}
`, []string{
		`test.yaml:4:16: try[0].parallel: found "1", expected a number of clients, from 2 to 64`,
		`test.yaml:5:16: try[1].parallel: found "65", expected a whole number from 2 to 64`,
		`test.yaml:6:38: try[2].expect.one: found one of a request that is sent by one client, expected parallel: how many clients send it at once, beside call`,
		`test.yaml:6:50: try[2].expect.rest: found rest of a request that is sent by one client, expected parallel: how many clients send it at once, beside call`,
		`test.yaml:7:51: try[3].expect.rest: found rest without one, expected one: what the other answer is`,
		`test.yaml:8:60: try[4].expect.one: found "pendig", expected an outcome of kyc.address.approve (pending, valid, invalid, not-found, timeout, upstream-down, subscription-not-started, no-subscription-for-technology, no-subscription, malformed) or a fault; did you mean "pending"?`,
		`test.yaml:9:63: try[5].save: found save beside parallel, expected a call of one client: the answers to several may differ`,
		`test.yaml:10:6: try[6]: found "parallel", expected one of the keys repeat, expect, save; parallel goes into an item of its own`,
	}},
	{"a gap and an order that are none", head + `must:
  - {on: kyc.address.get, gap: 30s}
  - {on: kyc.address.get, once: {outcome: pending}}
  - {order: []}
  - {order: [kyc.adress.approve, {on: kyc.address.get, outcome: pending}, {on: kyc.address.get, count: 2}]}
  - {order: [kyc.address.get], count: 2}
  - {count: 2}
`, []string{
		`test.yaml:4:32: must[0].gap: found "30s", expected a comparison with a duration, in quotes, such as ">=30s"`,
		`test.yaml:5:33: must[1].once: found no on, expected the key on: an operation, such as kyc.address.get, or a pattern, such as kyc.address.*`,
		`test.yaml:6:13: must[2].order: found an empty list, expected at least one operation`,
		`test.yaml:7:14: must[3].order[0]: found "kyc.adress.approve", expected an operation, or a pattern such as kyc.address.*; did you mean "kyc.address.approve"?`,
		`test.yaml:7:65: must[3].order[1].outcome: found "pending", expected an outcome of kyc.address.get: found, upstream-down, already-received, token-expired, subscription-not-started, no-subscription-for-technology, no-subscription, malformed (pending is an outcome of kyc.address.approve)`,
		`test.yaml:7:97: must[3].order[2]: found "count", expected one of the keys on, for, when, outcome; count goes beside must[]`,
		`test.yaml:8:32: must[4]: found "count", expected one of the keys order; count goes into an item of its own`,
		`test.yaml:9:5: must[5]: found an expectation without on or order, expected one of them: which requests, or in which order`,
	}},
	{"an own key below the top", head + `rules:
  - {on: kyc.address.get, do: found, x-note: slow}
`, []string{
		`test.yaml:4:38: rules[0]: found "x-note", expected one of the keys {rule}; keys that begin with x- stand at the top of the document`,
	}},
}
