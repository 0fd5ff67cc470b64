package scenario_test

// brokenAsElsewhere are written as people write it elsewhere: the finding says how it is
// written here.
var brokenAsElsewhere = []broken{
	{"operators as functions, and other habits", head + `rules:
  - {on: abs.get_cli, when: body.iin == "1", do: found}
  - {on: kyc.info.exec_proc, when: 'body.iin.contains("9")', do: 503}
  - {on: k2.k2loan_sync_debt, when: 'any(body, .contract_number.startsWith("9"))', do: 503}
  - {on: kyc.info.exec_proc, when: 'matches(body.iin, "9")', do: 503}
  - {on: kyc.info.exec_proc, when: 'state.loan("1")?.debt ?? 0 > 1', do: 503}
  - {on: kyc.info.exec_proc, when: '${body.iin} == "1"', do: 503}
  - {on: k2.k2loan_sync_debt, when: 'filter(body, .debt > 5)', do: 503}
`, []string{
		`test.yaml:4:34: rules[0].when: found "iin", expected no field here: the requests have none in their body`,
		`test.yaml:5:46: rules[1].when: found "contains", expected it as an operator, without a dot and brackets: … contains "…"`,
		`test.yaml:6:65: rules[2].when: found "startsWith", expected it as an operator, without a dot and brackets: … startsWith "…"`,
		`test.yaml:7:37: rules[3].when: found "matches", expected a value before it: it is an operator, as in … matches "…"`,
		`test.yaml:8:64: rules[4].when: found ?? and > without brackets, expected brackets around one of them, such as (a ?? 0) > b`,
		`test.yaml:9:38: rules[5].when: found "${", expected the expression alone: ${…} is for values within texts`,
		`test.yaml:10:37: rules[6].when: found an expression whose value is a list, expected one that is true or false`,
	}},
	{"durations", head + `try:
  - advance: 5 min
  - advance: 1,5s
  - advance: 10s.
  - advance: 1 day
  - advance: 5 минут
  - advance: -5m
`, []string{
		`test.yaml:4:14: try[0].advance: found "5 min", expected a duration such as 300ms, 30s, 5m or 1h30m; did you mean "5m"?`,
		`test.yaml:5:14: try[1].advance: found "1,5s", expected a duration such as 300ms, 30s, 5m or 1h30m; did you mean "1.5s"?`,
		`test.yaml:6:14: try[2].advance: found "10s.", expected a duration such as 300ms, 30s, 5m or 1h30m; did you mean "10s"?`,
		`test.yaml:7:14: try[3].advance: found "1 day", expected a duration such as 300ms, 30s, 5m or 1h30m; did you mean "24h"?`,
		`test.yaml:8:14: try[4].advance: found "5 минут", expected a duration such as 300ms, 30s, 5m or 1h30m; did you mean "5m"?`,
		`test.yaml:9:14: try[5].advance: found "-5m", expected a duration that is not negative: a clock never goes back`,
	}},
	{"numbers, days and truth values", head + `clock: {start: "2024-03-01 09:00"}
given:
  subjects: [{iin: 901123300258, registered: no}]
  k2:
    loans:
      - {contract_number: KD1, iinbin: 901123300258, debt: 1 000 000}
      - {contract_number: KD2, iinbin: 901123300258, debt: "1000,50"}
      - {contract_number: KD3, iinbin: 901123300258, debt: 1, dbz_dt: 01.03.2024}
`, []string{
		`test.yaml:3:16: clock.start: found "2024-03-01 09:00", expected an instant with its offset, such as 2024-03-01T09:00:00+05:00; did you mean "2024-03-01T09:00:00+05:00"?`,
		`test.yaml:5:46: given.subjects[0].registered: found "no", expected true or false; did you mean "false"?`,
		`test.yaml:8:60: given.k2.loans[0].debt: found "1 000 000", expected a number; did you mean "1000000"?`,
		`test.yaml:9:60: given.k2.loans[1].debt: found "1000,50", expected a number; did you mean "1000.50"?`,
		`test.yaml:10:71: given.k2.loans[2].dbz_dt: found "01.03.2024", expected a date of the calendar, such as 2014-02-08; did you mean "2024-03-01"?`,
	}},
	{"shares, weights and quotas", head + `rules:
  - {on: kyc.info.exec_proc, per: subject, share: 0.3, do: 503}
  - {on: kyc.info.exec_proc, probability: 30%, do: 503}
  - {on: kyc.info.exec_proc, per: iin, over: 2 per minute, do: 503}
  - {on: kyc.info.exec_proc, do: {choose: {pass: 70%, 503: 30 %}}}
`, []string{
		`test.yaml:4:51: rules[0].share: found "0.3", expected a share above 0% and below 100%, such as 20%; did you mean "30%"?`,
		`test.yaml:5:43: rules[1].probability: found "30%", expected a share above 0 and at most 1, such as 0.05; did you mean "0.3"?`,
		`test.yaml:6:35: rules[2].per: found "iin", expected whose requests are counted: subject, api_key, sandbox, request.api_key, request.iin, request.iinbin; did you mean "request.iin"?`,
		`test.yaml:6:46: rules[2].over: found "2 per minute", expected a quota such as 2/1m: how many requests, from 1 to 1000, in which time; did you mean "2/1m"?`,
		`test.yaml:7:50: rules[3].do.choose.pass: found "70%", expected a weight: a whole number, 1 or more; did you mean "70"?`,
		`test.yaml:7:60: rules[3].do.choose.503: found "30 %", expected a weight: a whole number, 1 or more; did you mean "30"?`,
	}},
	{"statuses and faults", head + `rules:
  - {on: kyc.info.exec_proc, do: 503 Service Unavailable}
  - {on: kyc.info.exec_proc, do: {fault: timeout}}
  - {on: kyc.info.exec_proc, do: {fault: {status: 503 Service Unavailable}}}
  - {on: kyc.info.exec_proc, do: {fault: {delay: 5 sec}}}
  - {on: kyc.info.exec_proc, do: {reply: {code: 418}, off_contract: yes}}
  - {on: kyc.info.exec_proc, do: {503, pass}}
  - {on: abs.get_cli, direction: out, do: [500, pass]}
`, []string{
		`test.yaml:4:34: rules[0].do: found "503 Service Unavailable", expected the number of a status alone; did you mean "503"?`,
		`test.yaml:5:42: rules[1].do.fault: found "timeout", expected a fault: {faults}; did you mean "hang"?`,
		`test.yaml:6:51: rules[2].do.fault.status: found "503 Service Unavailable", expected a whole number from 400 to 599; did you mean "503"?`,
		`test.yaml:7:50: rules[3].do.fault.delay: found "5 sec", expected a duration with its unit, up to 24h, such as 300ms or 2s; did you mean "5s"?`,
		`test.yaml:8:43: rules[4].do.reply: found "code", expected one of the keys status, headers, body; did you mean "status"?`,
		`test.yaml:8:69: rules[4].do.off_contract: found "yes", expected true or false; did you mean "true"?`,
		`test.yaml:9:34: rules[5].do: found a mapping without values, expected a list in square brackets: [503, pass]`,
		`test.yaml:10:44: rules[6].do[0]: found 500, expected what a call can meet: fault, send, patch or pass; its answer is the other system's; did you mean "{fault: {status: 500}}"?`,
	}},
	{"several at once", head + `rules:
  - {on: [kyc.address.approve, kyc.address.get], do: 503}
  - {on: kyc.info.exec_proc, for: {iin:901123300258}, do: 503}
  - {on: kyc.info.exec_proc, for: {iin：901123300258}, do: 503}
  - {on: kyc.info.exec_proc, for: {iin: "${iin(1)}"}, do: 503}
must: {order: [kyc.address.approve, kyc.address.get]}
try:
  - {call: POST /api/v1/backend/info/kz/exec_proc_info/, expect: found}
  - {call: kyc.info.exec_proc, expect: found or 503}
  - {call: kyc.info.exec_proc, expect: {outcome: [found, not-found]}}
  - {wait: 5s}
`, []string{
		`test.yaml:4:10: rules[0].on: found a list, expected an operation, such as kyc.address.get, or a pattern, such as kyc.address.*`,
		`test.yaml:5:36: rules[1].for: found "iin:901123300258", expected a space after the colon: iin: 901123300258`,
		`test.yaml:6:36: rules[2].for: found "iin：901123300258", expected a plain colon and a space: iin: 901123300258`,
		`test.yaml:7:41: rules[3].for.iin: found "${iin(1)}", expected a value without ${…}: here it sees vars and the names of each alone`,
		`test.yaml:8:7: must: found a mapping, expected a list of expectations; each item begins with -`,
		`test.yaml:10:12: try[0].call: found "POST /api/v1/backend/info/kz/exec_proc_info/", expected an operation; did you mean "kyc.info.exec_proc"?`,
		`test.yaml:11:40: try[1].expect: found "found or 503", expected one outcome, fault or status, or several in any; did you mean "{any: [found, 503]}"?`,
		`test.yaml:12:50: try[2].expect.outcome: found a list, expected an outcome of the operation; several stand in any: [found, 503]`,
		`test.yaml:13:5: try[3]: found a step without call, repeat, advance, subject, incoming or delivered, expected one of them: what happens`,
	}},
	{"names of other languages in expressions", head + `rules:
  - {on: kyc.info.exec_proc, do: 503, when: 'length(body.iin) == 12'}
  - {on: kyc.info.exec_proc, do: 503, when: 'month == 3'}
  - {on: kyc.info.exec_proc, do: 503, when: 'now.Month() == 3'}
  - {on: kyc.info.exec_proc, do: 503, when: 'now > "2024-03-01"'}
  - {on: kyc.info.exec_proc, do: 503, when: 'date in ["2024-03-21"]'}
  - {on: kyc.info.exec_proc, do: 503, when: 'hour between 9 and 18'}
  - {on: kyc.info.exec_proc, do: 503, when: 'body.iin <> "901123300258"'}
  - {on: kyc.info.exec_proc, do: 503, when: 'header.X-Client == "a"'}
  - {on: kyc.info.exec_proc, do: 503, when: '(hour > 9 and hour < 18'}
  - {on: kyc.info.exec_proc, do: 503, when: 'any(hour, # > 9)'}
  - {on: kyc.info.exec_proc, do: 503, when: 'any([1, 2], # + 1)'}
  - {on: kyc.info.exec_proc, do: 503, when: 'now.Today() == 1'}
  - {on: kyc.info.exec_proc, do: 503, when: 'len() > 1'}
  - {on: kyc.info.exec_proc, do: 503, when: 'len(body, 1) > 1'}
  - {on: kyc.info.exec_proc, do: 503, when: 'not hour'}
  - {on: kyc.info.exec_proc, do: 503, when: 'upper(hour) == "9"'}
  - {on: kyc.info.exec_proc, do: 503, when: 'hour.Minutes > 1'}
  - {on: kyc.info.exec_proc, do: 503, when: 'now.Format() == ""'}
  - {on: kyc.info.exec_proc, do: 503, when: 'now.Day(1) > 1'}
`, []string{
		`test.yaml:4:46: rules[0].when: found "length", expected an expression over body, query, path, header, now, hour, minute, weekday; did you mean "len"?`,
		`test.yaml:5:46: rules[1].when: found "month", expected an expression over body, query, path, header, now, hour, minute, weekday; did you mean "int(now.Month())"?`,
		`test.yaml:6:58: rules[2].when: found == between a month and a number, expected values of one type on both sides; did you mean "int(now.Month())"?`,
		`test.yaml:7:50: rules[3].when: found > between an instant and a text, expected values of one type on both sides; did you mean "now.Format('2006-01-02')"?`,
		`test.yaml:8:51: rules[4].when: found a function without brackets behind its name where a text is needed, expected values of one type; did you mean "now.Format('2006-01-02')"?`,
		`test.yaml:9:51: rules[5].when: found "between", expected a comparison for each of the two bounds, with and between them`,
		`test.yaml:10:56: rules[6].when: found "<>", expected != for two values that differ`,
		`test.yaml:11:55: rules[7].when: found "header.X-Client", expected brackets and quotes around a name with a hyphen: header["X-Client"]`,
		`test.yaml:12:46: rules[8].when: found "(" that is not closed, expected ")" behind what it holds`,
		`test.yaml:13:50: rules[9].when: found a number in the brackets of any, expected a list there: it is searched`,
		`test.yaml:14:58: rules[10].when: found a search whose condition is a number, expected a condition that is true or false, such as .amount > 1000`,
		`test.yaml:15:50: rules[11].when: found Today behind an instant, expected a name that it has`,
		`test.yaml:16:46: rules[12].when: found 0 values in the brackets of a function, expected as many as it takes, 1`,
		`test.yaml:17:46: rules[13].when: found 2 values in the brackets of a function, expected as many as it takes, 1`,
		`test.yaml:18:46: rules[14].when: found not before a number, expected a value of another type behind it`,
		`test.yaml:19:52: rules[15].when: found a number in the brackets of upper, expected a value of another type there`,
		`test.yaml:20:51: rules[16].when: found Minutes behind a number, expected a name that it has`,
		`test.yaml:21:50: rules[17].when: found too few values in the brackets of Format, expected all that the function needs`,
		`test.yaml:22:50: rules[18].when: found too many values in the brackets of Day, expected as many as the function takes`,
	}},
	{"a fixture of a rule that has values and lacks its key", head + `rules:
  - {on: k2.k2extreq_by_dbz, do: {given: {k2: {demands: [{contract_number: KD0000000001, amount: "${hour * 5}"}]}}}}
`, []string{
		`test.yaml:4:58: rules[0].do.given.k2.demands[0]: found no code, expected the key code`,
	}},
	{"a time that there isn't", head + `rules:
  - {on: kyc.info.exec_proc, do: 503, when: 'weekday == "Saturday"'}
  - {on: kyc.info.exec_proc, do: 503, when: 'weekday in ["sat", "su"]'}
  - {on: kyc.info.exec_proc, do: 503, when: 'hour in [23, 24] or minute == 60'}
  - {on: kyc.info.exec_proc, do: 503, between: [09:00, 18:00]}
  - {on: kyc.info.exec_proc, do: 503, between: [soon, 18h]}
`, []string{
		`test.yaml:4:57: rules[0].when: found "Saturday", expected a day of the week: mon, tue, wed, thu, fri, sat, sun`,
		`test.yaml:5:65: rules[1].when: found "su", expected a day of the week: mon, tue, wed, thu, fri, sat, sun; did you mean "sun"?`,
		`test.yaml:6:59: rules[2].when: found 24, expected an hour from 0 to 23`,
		`test.yaml:6:76: rules[2].when: found 60, expected a minute from 0 to 59`,
		`test.yaml:7:49: rules[3].between[0]: found "09:00", expected an instant or a duration from the start; a time of each day goes into when, such as hour == 9`,
		`test.yaml:7:56: rules[3].between[1]: found "18:00", expected an instant or a duration from the start; a time of each day goes into when, such as hour == 9`,
		`test.yaml:8:49: rules[4].between[0]: found "soon", expected an instant with its offset, such as 2024-03-01T09:00:00+05:00, or a duration from the start, such as 10m`,
	}},
}
