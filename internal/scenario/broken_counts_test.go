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
		`test.yaml:4:27: rules[0].per: found per in a rule that counts nothing, expected what it counts: times, over, share, or a list in do`,
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
		`test.yaml:4:48: rules[0].share: found "0.2", expected a share above 0% and below 100%, such as 20%`,
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
		`test.yaml:6:33: rules[2].over: found "2/m", expected a quota such as 2/1m: how many requests, from 1 to 1000, in which time`,
		`test.yaml:7:33: rules[3].over: found "1001/1m", expected a quota such as 2/1m: how many requests, from 1 to 1000, in which time`,
	}},
}
