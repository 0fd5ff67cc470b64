package scenario_test

// brokenWords are wrong in what finds, bounds or repeats parts of a scenario.
var brokenWords = []broken{
	{"a tag that is no name", head + `tags: [Payments, slow]
`, []string{
		`test.yaml:3:8: tags[0]: found "Payments", expected a name in kebab-case: small letters, digits and single hyphens; did you mean "payments"?`,
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
	{"vars that are none", head + `vars: {n: , my-n: 1, m: {about: none}, now: 1, t: "${n}", l: [1]}
rules: [{on: kyc.address.get, do: found}]
`, []string{
		`test.yaml:3:11: vars.n: found nothing, expected a text, a number or a truth value`,
		`test.yaml:3:13: vars: found "my-n", expected a name of letters, digits and _`,
		`test.yaml:3:25: vars.m: found no value, expected the key value: what holds if nothing else is set`,
		`test.yaml:3:40: vars: found "now", expected another name: ${now} has a meaning of its own`,
		`test.yaml:3:51: vars.t: found "${n}", expected a value without ${…}`,
		`test.yaml:3:62: vars.l: found a list, expected a text, a number or a truth value`,
	}},
	{"an each that is none", head + `given:
  k2:
    loans:
      - {each: 1000, item: {contract_number: KD1}}
      - {each: 5..1, item: {contract_number: KD1}}
      - {each: 1..100000, item: {contract_number: KD1}}
      - {each: [[1]], item: {contract_number: KD1}}
      - {each: 1..2, as: my i, item: {contract_number: KD1}}
      - {each: 1..2, as: i}
      - {each: 1..2, is: {contract_number: KD1}}
`, []string{
		`test.yaml:6:16: given.k2.loans[0].each: found "1000", expected a range such as 1..1000, or a list of values, of at most 5000`,
		`test.yaml:7:16: given.k2.loans[1].each: found "5..1", expected a range of 1 to 5000, the smaller number first`,
		`test.yaml:8:16: given.k2.loans[2].each: found "1..100000", expected a range of 1 to 5000, the smaller number first`,
		`test.yaml:9:17: given.k2.loans[3].each[0]: found a list, expected a text, a number or a truth value`,
		`test.yaml:10:26: given.k2.loans[4].as: found "my i", expected a name of letters, digits and _, by which ${…} names the item`,
		`test.yaml:11:9: given.k2.loans[5]: found an each without item, expected item: what stands there each time`,
		`test.yaml:12:22: given.k2.loans[6]: found "is", expected one of the keys each, as, item beside each; did you mean "as"?`,
	}},
	{"an item that is wrong each time", head + `given:
  k2:
    loans:
      - {each: 1..1000, item: {contract_number: "KD${pad(i, 10)}", dbz_dt: 2014-02-08, iinbin: 901123300258, debt: 1, dept: 1}}
      - {each: 1..2, as: n, item: {contract_number: "KD${pad(n)}", dbz_dt: 2014-02-08, iinbin: 901123300258, debt: 1}}
      - {each: 1..2, as: n, item: {contract_number: "KD${m}", dbz_dt: 2014-02-08, iinbin: 901123300258, debt: 1}}
      - {each: 1..2, as: n, item: {contract_number: "KD${n % 0}", dbz_dt: 2014-02-08, iinbin: 901123300258, debt: 1}}
`, []string{
		`test.yaml:6:119: given.k2.loans[0]: found "dept", expected one of the fields contract_number, cur, dbz_contract_number, dbz_dt, dea_code, dea_dep_id, dea_dt, dea_id, debt, dep_id, fullname, iban, id, iinbin, overdue_days, problemfl, segment, system; did you mean "debt"?`,
		`test.yaml:7:53: given.k2.loans[1001].contract_number: found contract_number KD a second time, after line 7, expected one item that says all of it`,
		`test.yaml:7:58: given.k2.loans[1].item.contract_number: found pad with 1 values, expected pad(i, 4): a number, and how many digits it has at least`,
		`test.yaml:8:53: given.k2.loans[1002].contract_number: found "${m}", expected the name of a var or of an each, or ${now}, ${date}, ${uuid}, ${iin}; did you mean "n"?`,
		`test.yaml:9:53: given.k2.loans[1004].contract_number: found contract_number KD a second time, after line 7, expected one item that says all of it`,
		`test.yaml:9:57: given.k2.loans[3].item.contract_number: found ${n % 0}: runtime error: integer divide by zero, expected a value that can be worked out`,
	}},
	{"too many values", head + `try:
  - call: k2.k2loan_sync_debt
    with: [{each: 1..5000, item: {request_id: "${i}", contract_number: "KD${i}", debt: 100, a: 1, b: 2, c: 3}}]
`, []string{
		`test.yaml:5:12: try[0].with[0]: found more than 50000 values that each makes, expected fewer or smaller items`,
	}},
	{"an own key below the top", head + `rules:
  - {on: kyc.address.get, do: found, x-note: slow}
`, []string{
		`test.yaml:4:38: rules[0]: found "x-note", expected one of the keys {rule}; keys that begin with x- stand at the top of the document`,
	}},
}
