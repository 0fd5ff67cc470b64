package scenario_test

// brokenUsually are wrong in what is mistyped, stands at another level, or was taken
// without a word and then did nothing.
var brokenUsually = []broken{
	{"a when whose value is a number", head + `rules:
  - {on: k2.k2extreq_pay_from_eko, when: 'body.items[0].amount', do: reset}
`, []string{
		`test.yaml:4:42: rules[0].when: found an expression whose value is a number, expected one that is true or false, such as body.items[0].amount == …`,
	}},
	{"a patch of a value that the answer doesn't list", head + `rules:
  - {on: kyc.address.approve, do: {outcome: pending, patch: {status: WAITING}}}
`, []string{
		`test.yaml:4:70: rules[0].do.patch.status: found "WAITING", expected one of "PENDING", "VALID", "INVALID", "NOT_FOUND", "TIMEOUT"`,
	}},
	{"a patch of values that don't fit", head + `rules:
  - {on: kyc.info.exec_proc, do: {outcome: found, patch: [{recovery_amount: '12.5', il_date: yesterday, debtor_iin: null}]}}
  - {on: k2.k2extreq_by_dbz, do: {outcome: found, patch: {error_code: 5}}}
  - {on: kyc.address.approve, do: {outcome: valid, patch: {expire_date: soon}}}
`, []string{
		`test.yaml:4:77: rules[0].do.patch[0].recovery_amount: found "12.5", expected сумма взыскания: the sum to recover, in tenge, a string with three decimals (ledger 5)`,
		`test.yaml:4:94: rules[0].do.patch[0].il_date: found "yesterday", expected an instant of the calendar, such as 2024-03-01T09:00:00+05:00`,
		"test.yaml:4:117: rules[0].do.patch[0].debtor_iin: found nothing, expected a text",
		`test.yaml:5:71: rules[1].do.patch.error_code: found "5", expected one of 0; did you mean "0"?`,
		`test.yaml:6:73: rules[2].do.patch.expire_date: found "soon", expected an instant of the calendar, such as 2024-03-01T09:00:00+05:00`,
	}},
	{"a patch with a value that nothing replaces", head + `rules:
  - {on: kyc.address.get, do: {outcome: found, patch: {iin: '${body.phone}'}}}
  - {on: kyc.address.get, do: {fault: {delay: '${body.iin}s'}}}
`, []string{
		`test.yaml:4:69: rules[0].do.patch.iin: found "phone", expected a field of the body: api_key, backend_session_id, iin`,
		`test.yaml:5:47: rules[1].do.fault.delay: found "${body.iin}s", expected a value without ${…}: here it sees vars and the names of each alone`,
		`test.yaml:5:47: rules[1].do.fault.delay: found "${body.iin}s", expected a duration with its unit, up to 24h, such as 300ms or 2s`,
	}},
	{"a drift of a field that the answer has not", head + `rules:
  - {on: k2.k2extreq_by_dbz, do: {fault: {drift: {drop: items.amout}}}}
`, []string{
		`test.yaml:4:57: rules[0].do.fault.drift.drop: found "amout", expected a field of the answer: amount, bank_code, bank_id, bank_id$, bank_id$header_paper, cli_id, cli_id$, cli_iin, code, created_at, created_at_fmt, created_by, created_by$, created_by$footer_text, created_by$login, cur_id, cur_id$, extacc_code, extacc_id, extacc_id$, id, knp_id, knp_id$, knp_id$code, loan_debt, loan_doc_at_fmt, loan_id, loan_id$dbz_num, loan_id$title, paid_amount, purpose, reg_id, reg_id$, stat_id, stat_id$, sys$uuid, transitacc_id, transitacc_id$, updated_at, updated_by, updated_by$, updated_by$footer_text, updated_by$login; did you mean "amount"?`,
	}},
	{"an assignment for a comparison", head + `rules:
  - {on: kyc.address.get, when: 'body.iin = "1"', do: found}
`, []string{
		`test.yaml:4:43: rules[0].when: found "=", expected == to compare two values`,
	}},
	{"a fault at the level of the rule", head + `rules:
  - {on: kyc.address.get, delay: 2s, do: found}
`, []string{
		`test.yaml:4:27: rules[0]: found "delay", expected one of the keys {rule}; delay goes into do: {fault: {delay: …}}`,
	}},
	{"a fault at the level of the step", head + `rules:
  - {on: kyc.address.get, do: {delay: 2s}}
`, []string{
		`test.yaml:4:32: rules[0].do: found "delay", expected one of the keys {step}; delay goes into fault: {delay: …}`,
	}},
	{"a delay without a unit", head + `rules:
  - {on: kyc.address.get, do: {fault: {delay: 5}}}
`, []string{
		`test.yaml:4:47: rules[0].do.fault.delay: found "5", expected a duration with its unit, up to 24h, such as 300ms or 2s`,
	}},
	{"an outcome with a Cyrillic letter", head + `rules:
  - {on: kyc.address.get, do: {оutcome: found}}
`, []string{
		`test.yaml:4:32: rules[0].do: found "оutcome", in which letter 1 of оutcome, о, is Cyrillic and the others are Latin, expected one of the keys {step}; did you mean "outcome"?`,
	}},
	{"a field in capitals", head + `rules:
  - {on: kyc.address.get, for: {IIN: 901123300258}, do: found}
`, []string{
		`test.yaml:4:33: rules[0].for: found "IIN", expected a field of the request: api_key, backend_session_id, iin; did you mean "iin"?`,
	}},
	{"requests that there are not", head + `rules:
  - {on: kyc.address.*, for: {iin: [901123300258, 90112330025]}, do: 503}
  - {on: kyc.edocument.request, for: {document_type: pasport}, do: 503}
`, []string{
		`test.yaml:4:51: rules[0].for.iin[1]: found "90112330025", which has 11 digits, expected a number of 12 digits`,
		`test.yaml:5:54: rules[1].for.document_type: found "pasport", expected one of identity_card, driver_license, birth_certificate, marriage_certificate, change_fio_certificate, divorce_certificate, diploma, srts, vaccination, social_id, disability_certificate, large_family_certificate, asp_certificate, tech_passport, pension, passport, student_card, vnzh, pcr_certificate, lbg_card, insurance_policy, hunter, oralman, attorney; did you mean "passport"?`,
	}},
	{"a person and a loan twice", head + `given:
  subjects: [{iin: 901123300258, cases: 1}, {iin: 791028302728}, {iin: 901123300258, registered: false}]
  k2: {loans: [{contract_number: KD1, iinbin: 901123300258, debt: 1}, {contract_number: KD1, iinbin: 901123300258, debt: 2}]}
`, []string{
		`test.yaml:4:72: given.subjects[2].iin: found iin 901123300258 a second time, after line 4, expected one item that says all of it`,
		`test.yaml:5:89: given.k2.loans[1].contract_number: found contract_number KD1 a second time, after line 5, expected one item that says all of it`,
	}},
	{"no space after a colon", head + `rules:
  - {on:kyc.address.get, do: found}
`, []string{
		`test.yaml:4:6: rules[0]: found "on:kyc.address.get", expected a space after the colon: on: kyc.address.get`,
	}},
	{"loans beside k2", head + `given:
  loans: [{contract_number: KD1, iinbin: 901123300258, debt: 1}]
`, []string{
		`test.yaml:4:3: given: found "loans", expected one of the keys subjects, keys, k2, abs; loans goes into k2: {loans: …}`,
	}},
	{"a currency that is none", head + `given:
  k2:
    loans: [{contract_number: KD1, iinbin: 901123300258, debt: 1, cur: TENGE}]
`, []string{
		`test.yaml:5:72: given.k2.loans[0].cur: found "TENGE", expected a currency of ISO 4217, such as KZT`,
	}},
	{"a currency that the list of currencies has not", head + `given:
  k2:
    loans: [{contract_number: KD1, iinbin: 901123300258, debt: 1, cur: KZZ}]
  abs:
    accounts: [{iinbin: 901123300258, ibans: [{iban: KZ71563D601200019058, cur: RUR}]}]
`, []string{
		`test.yaml:5:72: given.k2.loans[0].cur: found "KZZ", expected a currency of ISO 4217, such as KZT`,
		`test.yaml:7:81: given.abs.accounts[0].ibans[0].cur: found "RUR", expected a currency of ISO 4217, such as KZT`,
	}},
	{"a demand and a payment twice", head + `given:
  k2:
    loans: [{contract_number: KD1, iinbin: 901123300258, debt: 1}]
    demands: [{code: PTPJ1, contract_number: KD1}, {code: PTPJ1, contract_number: KD1, paid_amount: 1}]
    payments: [{trn_id: 1, refer: PTPJ1, amount: 1}, {trn_id: 1, refer: PTPJ1, amount: 2}]
  abs:
    payment_demands: [{refer: PTP1, iinbin: 901123300258, amount: 1}, {refer: PTP1, iinbin: 901123300258, amount: 2}]
`, []string{
		"test.yaml:6:59: given.k2.demands[1].code: found code PTPJ1 a second time, after line 6, expected one item that says all of it",
		"test.yaml:7:63: given.k2.payments[1].trn_id: found trn_id 1 a second time, after line 7, expected one item that says all of it",
		"test.yaml:9:79: given.abs.payment_demands[1].refer: found refer PTP1 a second time, after line 9, expected one item that says all of it",
	}},
	{"a Cyrillic letter alone", head + `rules:
  - {on: к2.k2loan_from_eko, do: bad-row}
`, []string{
		`test.yaml:4:10: rules[0].on: found "к2.k2loan_from_eko", in which к is Cyrillic and other letters are Latin, expected an operation, or a pattern such as kyc.address.*; did you mean "k2.k2loan_from_eko"?`,
	}},
	{"another hyphen", head + "rules:\n  - {on: kyc.info.exec\u2010proc, do: 503}\n", []string{
		`test.yaml:4:10: rules[0].on: found "kyc.info.exec‐proc", in which ‐ is not the hyphen of the keyboard, expected an operation, or a pattern such as kyc.address.*; did you mean "kyc.info.exec_proc"?`,
	}},
	{"a fault by the name of another tool", head + `rules:
  - {on: kyc.info.exec_proc, do: {fault: {latency: 2s}}}
`, []string{
		`test.yaml:4:43: rules[0].do.fault: found "latency", expected a fault: {faults}; did you mean "delay"?`,
	}},
	{"a percentage without its sign", head + `rules:
  - {on: kyc.info.exec_proc, probability: 30, do: 503}
`, []string{
		`test.yaml:4:43: rules[0].probability: found "30", expected a share above 0 and at most 1, such as 0.05; did you mean "0.3"?`,
	}},
	{"characters of a text processor in an expression", head + `rules:
  - {on: kyc.address.get, do: 503, when: 'body.iin == “901123300258”'}
  - {on: kyc.address.get, do: 503, when: hour ≥ 9}
  - {on: kyc.address.get, do: 503, when: hour > 9 и hour < 18}
  - {on: kyc.address.get, do: 503, when: 'query.page[0.iin'}
  - {on: kyc.address.get, do: 503, when: hour – 1 > 9}
`, []string{
		`test.yaml:4:55: rules[0].when: found "“", expected straight quotes around a text: " or '`,
		`test.yaml:5:47: rules[1].when: found "≥", expected >= for it`,
		`test.yaml:6:51: rules[2].when: found "и", expected an expression over body, query, path, header, now, hour, minute, weekday; did you mean "and"?`,
		`test.yaml:7:56: rules[3].when: found "0.i", expected a number, with a closing bracket or an operator behind it`,
		`test.yaml:8:47: rules[4].when: found "–", expected a plain hyphen`,
	}},
	{"a decimal comma within braces", head + `rules:
  - {on: kyc.info.exec_proc, probability: 0,3, do: 503}
`, []string{
		`test.yaml:4:43: rules[0].probability: found "0,3", in which YAML takes the comma for the end of a value, expected within {…} no comma in a number: "0.3"`,
	}},
	{"a Latin letter among Cyrillic ones", head + `given:
  k2:
    loans: [{contract_number: KD1, iinbin: 901123300258, debt: 1}]
    demands: [{code: PTPJ000000000001, contract_number: KD1, status: Oтозван}]
`, []string{
		`test.yaml:6:70: given.k2.demands[0].status: found "Oтозван", in which letter 1 of Oтозван, O, is Latin and the others are Cyrillic, expected one of Введен, Зарегистрирован, Отправлен, Принята банком, Принята в картотеку банка, Сформирован на бумажном носителе, Отозван, Возвращен, Отказан; did you mean "Отозван"?`,
	}},
	{"a window from a duration until an instant", head + `rules:
  - {on: kyc.address.get, between: [0s, "2024-03-01T09:00:00+05:00"], do: found}
`, []string{
		`test.yaml:4:41: rules[0].between[1]: found "2024-03-01T09:00:00+05:00", expected a duration, as the first of the two is one`,
	}},
	{"two deeds in a step", head + `try:
  - {call: kyc.address.get, advance: 5s}
`, []string{
		`test.yaml:4:29: try[0]: found "advance", expected one of the keys call, with, headers, parallel, expect, save; advance goes into an item of its own`,
	}},
	{"a number beyond all", head + `seed: 99999999999999999999999
rules: [{on: kyc.address.get, times: 99999999999, do: found}]
`, []string{
		`test.yaml:3:7: seed: found "99999999999999999999999", expected a whole number from 0 to 18446744073709551615`,
		`test.yaml:4:38: rules[0].times: found "99999999999", expected a whole number from 1 to 2147483647`,
	}},
	{"a text in an expression that is not closed", head + `rules: [{on: kyc.info.exec_proc, when: 'body.iin == "1', do: reset}]
`, []string{
		`test.yaml:3:55: rules[0].when: found a text that is not closed, expected a quote at its end, the one that it begins with`,
	}},
	{"an operator in capitals", head + `rules: [{on: kyc.info.exec_proc, when: 'body.iin == "1" AND true', do: reset}]
`, []string{
		`test.yaml:3:57: rules[0].when: found "AND", expected an expression over body, query, path, header, now, hour, minute, weekday; did you mean "and"?`,
	}},
	{"an operator called as a function", head + `rules: [{on: kyc.info.exec_proc, when: 'startswith(body.iin, "9")', do: reset}]
`, []string{
		`test.yaml:3:41: rules[0].when: found "startswith", expected an expression over body, query, path, header, now, hour, minute, weekday; did you mean "startsWith"?`,
	}},
	{"the code of another phone", head + `try:
  - {call: kyc.edocument.request, with: {iin: 901123300258, phone: 77011234567, document_type: passport}, expect: requested}
  - {call: kyc.edocument.approve, with: {code: '${otp(77011234568)}'}, expect: document}
  - {call: kyc.edocument.approve, with: {code: '${otp(87011234567)}'}, expect: document}
`, []string{
		`test.yaml:5:48: try[1].with.code: found "77011234568", expected a phone that a call before has named: 77011234567; did you mean "77011234567"?`,
	}},
	{"a code that nothing has sent", head + `try: [{call: kyc.edocument.approve, with: {code: '${otp(phone)}'}, expect: document}]
`, []string{
		`test.yaml:3:50: try[0].with.code: found "${otp(phone)}", expected a call before it that sends a code: one with a phone`,
	}},
	{"a fault that no rule gives", head + `rules: [{on: kyc.address.get, do: reset}]
try: [{call: kyc.address.get, expect: reset}, {call: abs.get_cli, expect: reset}]
`, []string{
		`test.yaml:4:75: found the fault reset, which no rule gives to abs.get_cli, expected an outcome, or a rule with a fault`,
	}},
	{"a document that there isn't", head + `try:
  - {call: kyc.edocument.request, with: {document_type: pasport}, expect: unknown-document-type}
  - {call: kyc.edocument.request, with: {document_type: pasport}, expect: requested}
`, []string{
		`test.yaml:5:57: try[1].with.document_type: found "pasport", expected one of identity_card, driver_license, birth_certificate, marriage_certificate, change_fio_certificate, divorce_certificate, diploma, srts, vaccination, social_id, disability_certificate, large_family_certificate, asp_certificate, tech_passport, pension, passport, student_card, vnzh, pcr_certificate, lbg_card, insurance_policy, hunter, oralman, attorney; did you mean "passport"?`,
	}},
	{"a demand of no loan, with a code twice", head + `given:
  k2:
    loans: [{contract_number: KD1, dbz_dt: 2014-02-08, iinbin: 901123300258, debt: 5}]
    demands: [{code: PTPJ1, contract_number: KD1, amount: 5}, {code: PTPJ1, contract_number: KD1, amount: 5}]
`, []string{
		`test.yaml:6:70: given.k2.demands[1].code: found code PTPJ1 a second time, after line 6, expected one item that says all of it`,
	}},
}
