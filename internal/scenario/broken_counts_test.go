package scenario_test

// brokenCounts are wrong in what a rule counts.
var brokenCounts = []broken{
	{"a count by what no request has", head + `rules:
  - {on: k2.k2loan_sync_debt, per: session, times: 1, do: 503}
`, []string{
		`test.yaml:4:36: rules[0].per: found "session", expected whose requests are counted: row, sandbox, request.contract_number, request.debt, request.request_id`,
	}},
	{"a misspelled count", head + `rules:
  - {on: kyc.address.get, per: apikey, times: 1, do: 503}
`, []string{
		`test.yaml:4:32: rules[0].per: found "apikey", expected whose requests are counted: session, subject, api_key, sandbox, request.api_key, request.backend_session_id, request.iin, request.iinbin; did you mean "api_key"?`,
	}},
	{"a count of nothing", head + `rules:
  - {on: kyc.address.get, per: session, do: 503}
`, []string{
		`test.yaml:4:27: rules[0].per: found per in a rule that counts nothing, expected what it counts: times, over, share, choose, or a list in do`,
	}},
	{"a share of nobody", head + `rules:
  - {on: kyc.address.get, share: 20%, do: 503}
`, []string{
		`test.yaml:4:27: rules[0].share: found share without per, expected per: whose share it is, such as per: subject`,
	}},
	{"a share of one", head + `rules:
  - {on: kyc.address.get, per: sandbox, share: 20%, do: 503}
`, []string{
		`test.yaml:4:41: rules[0].share: found share beside per sandbox, expected a share of many, such as per: subject: there is one sandbox`,
	}},
	{"shares that are none", head + `rules:
  - {on: kyc.address.get, per: session, share: 0.2, do: 503}
  - {on: kyc.address.get, per: session, share: 120%, do: 503}
  - {on: kyc.address.get, per: session, share: 0%, do: 503}
`, []string{
		`test.yaml:4:48: rules[0].share: found "0.2", expected a share above 0% and below 100%, such as 20%; did you mean "20%"?`,
		`test.yaml:5:48: rules[1].share: found "120%", expected a share above 0% and below 100%, such as 20%`,
		`test.yaml:6:48: rules[2].share: found "0%", expected a share above 0% and below 100%, such as 20%`,
	}},
	{"quotas that are none", head + `rules:
  - {on: kyc.address.get, over: 2, do: 503}
  - {on: kyc.address.get, over: 0/1m, do: 503}
  - {on: kyc.address.get, over: 2/m, do: 503}
  - {on: kyc.address.get, over: 1001/1m, do: 503}
`, []string{
		`test.yaml:4:33: rules[0].over: found "2", expected a quota such as 2/1m: how many requests, from 1 to 1000, in which time`,
		`test.yaml:5:33: rules[1].over: found "0/1m", expected a quota such as 2/1m: how many requests, from 1 to 1000, in which time`,
		`test.yaml:6:33: rules[2].over: found "2/m", expected a quota such as 2/1m: how many requests, from 1 to 1000, in which time; did you mean "2/1m"?`,
		`test.yaml:7:33: rules[3].over: found "1001/1m", expected a quota such as 2/1m: how many requests, from 1 to 1000, in which time`,
	}},
	{"choices that are no steps", head + `rules:
  - {on: kyc.address.approve, do: {choose: {pending: 1, timeuot: 2}}}
  - {on: kyc.address.approve, do: {choose: {pending: none}}}
  - {on: kyc.address.approve, do: {choose: {}}}
  - {on: kyc.address.approve, do: {choose: {pending: 1}, advance: 1m}}
`, []string{
		`test.yaml:4:57: rules[0].do.choose: found "timeuot", expected an outcome of kyc.address.approve (pending, valid, invalid, not-found, timeout, upstream-down, subscription-not-started, no-subscription-for-technology, no-subscription, malformed), a fault or pass; did you mean "timeout"?`,
		`test.yaml:5:54: rules[1].do.choose.pending: found "none", expected a weight: a whole number, 1 or more`,
		`test.yaml:6:44: rules[2].do.choose: found an empty mapping, expected at least one step and its weight, such as {pass: 70, 503: 30}`,
		`test.yaml:7:58: rules[3].do.advance: found advance beside choose, expected choose alone: each of its words is a step of its own`,
	}},
	{"moments that never come", head + `rules:
  - {on: kyc.address.get, once: {on: kyc.address.approve, outcome: found}, do: 503}
  - {on: kyc.address.get, until: {outcome: found}, do: 503}
  - {on: kyc.address.get, until: {on: kyc.address.get, count: 0}, do: 503}
  - {on: kyc.address.get, once: {on: kyc.address.get, for: {trn_id: 1}}, do: 503}
`, []string{
		`test.yaml:4:68: rules[0].once.outcome: found "found", expected an outcome of kyc.address.approve: pending, valid, invalid, not-found, timeout, upstream-down, subscription-not-started, no-subscription-for-technology, no-subscription, malformed (found is an outcome of kyc.address.get); did you mean "not-found"?`,
		`test.yaml:5:34: rules[1].until: found no on, expected the key on: an operation, such as kyc.address.get, or a pattern, such as kyc.address.*`,
		`test.yaml:6:63: rules[2].until.count: found "0", expected a whole number, 1 or more`,
		`test.yaml:7:61: rules[3].once.for: found "trn_id", expected a field of the request: api_key, backend_session_id, iin`,
	}},
	{"a look at what no service shows", head + `rules:
  - {on: kyc.address.get, when: 'state.persn(body.iin).phone == ""', do: 503}
  - {on: kyc.address.get, when: 'state.person(body.iin).fone == ""', do: 503}
  - {on: kyc.address.get, when: 'state.loan() != nil', do: 503}
  - {on: kyc.address.get, when: 'state.excluded(body.iin, "KD1").at == 1', do: 503}
  - {on: kyc.address.get, when: 'len(state) > 1', do: 503}
  - {on: kyc.address.get, when: 'state[body.iin] == nil', do: 503}
`, []string{
		`test.yaml:4:40: rules[0].when: found "persn", expected one of count, person, session, loan, demand, excluded; did you mean "person"?`,
		`test.yaml:5:57: rules[1].when: found "fone", expected what state.person shows: iin, phone, registered, address, answers, cases; did you mean "phone"?`,
		`test.yaml:6:40: rules[2].when: found loan with 0 values, expected state.loan(contract)`,
		`test.yaml:7:66: rules[3].when: found "at", expected no field here: state.excluded has none`,
		`test.yaml:8:38: rules[4].when: found "state", expected what of the state: state.count(…), state.person(…), state.session(…), state.loan(…), state.demand(…), state.excluded(…)`,
		`test.yaml:9:34: rules[5].when: found "state", expected what of the state: state.count(…), state.person(…), state.session(…), state.loan(…), state.demand(…), state.excluded(…)`,
	}},
	{"a count of what is no answer", head + `rules:
  - {on: kyc.address.get, when: 'state.count("kyc.adress.get") > 1', do: 503}
  - {on: kyc.address.get, when: 'state.count("kyc.address.get", "fount") > 1', do: 503}
  - {on: kyc.address.get, when: 'state.count(body.iin) > 1', do: 503}
`, []string{
		`test.yaml:4:46: rules[0].when: found "kyc.adress.get", expected an operation, or a pattern such as kyc.address.*; did you mean "kyc.address.get"?`,
		`test.yaml:5:65: rules[1].when: found "fount", expected an outcome of kyc.address.get; did you mean "found"?`,
		`test.yaml:6:40: rules[2].when: found count without words in quotes, expected state.count("kyc.address.get", "found"): an operation or a pattern, and an outcome`,
	}},
	{"a look where the state isn't seen", head + `must:
  - {on: kyc.address.get, when: 'state.person(body.iin) != nil'}
`, []string{
		`test.yaml:4:34: must[0].when: found "state", expected a value that is seen here: the state is seen by rules`,
	}},
	{"rows of what is no batch", head + `rules:
  - {on: kyc.address.get, rows: 'row.iin == ""', do: found}
`, []string{
		`test.yaml:4:27: rules[0].rows: found rows of kyc.address.get, expected an operation that takes a batch: k2.k2loan_from_eko, k2.k2extreq_pay_from_eko, k2.k2loan_sync_debt`,
	}},
	{"rows that are none", head + `rules:
  - {on: k2.k2extreq_pay_from_eko, rows: 'row.trn == 1', do: duplicate-trn-id}
  - {on: k2.k2extreq_pay_from_eko, rows: 'rows.trn_id == 1', do: duplicate-trn-id}
  - {on: k2.k2extreq_pay_from_eko, rows: 'row.trn_id', do: duplicate-trn-id}
`, []string{
		`test.yaml:4:47: rules[0].rows: found "trn", expected a field of the row: amount, cur, incoming_amount, refer, request_id, trn_id`,
		`test.yaml:5:43: rules[1].rows: found "rows", expected an expression over body, query, path, header, now, hour, minute, weekday, row; did you mean "row"?`,
		`test.yaml:6:42: rules[2].rows: found an expression whose value is a whole number or a text, expected one that is true or false, such as row.trn_id == …`,
	}},
	{"steps that no row meets", head + `rules:
  - {on: k2.k2extreq_pay_from_eko, rows: 'row.trn_id == 1', do: lost-reply}
  - {on: k2.k2extreq_pay_from_eko, rows: 'row.trn_id == 1', do: accepted}
  - {on: k2.k2extreq_pay_from_eko, rows: 'row.trn_id == 1', do: {outcome: duplicate-trn-id, advance: 1m}}
  - {on: k2.k2extreq_pay_from_eko, rows: 'row.trn_id == 1', do: 503}
`, []string{
		`test.yaml:4:65: rules[0].do: found the step lost-reply for rows, expected an outcome that refuses a row: duplicate-trn-id, unknown-refer, bad-row, or pass`,
		`test.yaml:5:65: rules[1].do: found the step accepted for rows, expected an outcome that refuses a row: duplicate-trn-id, unknown-refer, bad-row, or pass`,
		`test.yaml:6:65: rules[2].do: found the step duplicate-trn-id, advance 1m for rows, expected an outcome that refuses a row: duplicate-trn-id, unknown-refer, bad-row, or pass`,
		`test.yaml:7:65: rules[3].do: found the step 503 for rows, expected an outcome that refuses a row: duplicate-trn-id, unknown-refer, bad-row, or pass`,
	}},
}
