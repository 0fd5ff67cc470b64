package scenario_test

// brokenValues are wrong in what a step changes, or in a value.
var brokenValues = []broken{
	{"an own reply whose row is wrong", head + `rules:
  - on: abs.get_all_pt_from_abs
    do: {reply: {status: 200, body: [{all_count: 1}, {refer: PTP1, iinbin: 901123300258, amont: 1}]}}
`, []string{
		`test.yaml:5:54: rules[0].do.reply.body[1]: found no amount, expected the key amount, as abs.get_all_pt_from_abs answers with the status 200; or off_contract: true beside the reply, if it is wrong on purpose`,
		`test.yaml:5:97: rules[0].do.reply.body[1].amont: found 1, expected no such field, as abs.get_all_pt_from_abs answers with the status 200; or off_contract: true beside the reply, if it is wrong on purpose`,
	}},
	{"an own reply that lacks many keys", head + `rules:
  - {on: kyc.info.exec_proc, do: {reply: {status: 200, body: [{debtor_iin: 901123300258}]}}}
`, []string{
		`test.yaml:4:63: rules[0].do.reply.body[0]: found no category_kz, category_ru, debtor_name, debtor_secondname, disa_department_name_ru, disa_name_ru, exec_proc, exec_proc_num, il_date, il_organ_kz, il_organ_ru, ip_start_date, officer_name, officer_secondname, officer_surname, recoverer_bin, recoverer_title, recoverer_type_kz, recoverer_type_ru, recovery_amount, expected these keys, as kyc.info.exec_proc answers with the status 200; or off_contract: true beside the reply, if it is wrong on purpose`,
	}},
	{"an own reply that is a list with mistakes", head + `rules:
  - on: abs.get_all_pt_from_abs
    do: {reply: {status: 200, body: [{all_count: 1, refer: PTP1, amount: 1}]}}
`, []string{
		`test.yaml:5:53: rules[0].do.reply.body[0].refer: found an unknown key, expected one of all_count, as abs.get_all_pt_from_abs answers with the status 200; or off_contract: true beside the reply, if it is wrong on purpose`,
		`test.yaml:5:66: rules[0].do.reply.body[0].amount: found an unknown key, expected one of all_count, as abs.get_all_pt_from_abs answers with the status 200; or off_contract: true beside the reply, if it is wrong on purpose`,
	}},
	{"a field without a name", head + "rules: [{on: kyc.address.get, for: {'': A}, do: found}]\n", []string{
		`test.yaml:3:37: rules[0].for: found "", expected a field of the request, such as iin`,
	}},
	{"changes of an answer that can't be", head + `rules:
  - {on: kyc.address.get, do: {headers: {Content-Length: 3, Sim-Rule: mine, "A b": c, X: "a\nb", Y: [1]}}}
  - {on: kyc.address.get, do: {pad: 20MB}}
  - {on: kyc.address.get, do: {pad: 101MiB}}
  - {on: kyc.address.get, do: {headers: {}}}
  - {on: kyc.address.get, do: {reply: {status: 500}, headers: {X: "1"}, off_contract: true}}
  - {on: abs.reg_pt, direction: out, do: {pad: 1MiB}}
`, []string{
		`test.yaml:4:42: rules[0].do.headers: found "Content-Length", expected another header: this one belongs to the connection; a fault such as truncate breaks an answer off`,
		`test.yaml:4:61: rules[0].do.headers: found "Sim-Rule", expected another header: those with Sim- say what the simulator did`,
		`test.yaml:4:77: rules[0].do.headers: found "A b", expected a header's name; did you mean "A-b"?`,
		`test.yaml:4:90: rules[0].do.headers.X: found "a\nb", expected a value that HTTP can carry: no line breaks, no control characters`,
		`test.yaml:4:101: rules[0].do.headers.Y: found a list, expected a header's value`,
		`test.yaml:5:37: rules[1].do.pad: found "20MB", expected a size such as 512KiB or 20MiB, at most 100MiB; did you mean "20MiB"?`,
		`test.yaml:6:37: rules[2].do.pad: found "101MiB", expected a size such as 512KiB or 20MiB, at most 100MiB`,
		`test.yaml:7:41: rules[3].do.headers: found an empty mapping, expected at least one header`,
		`test.yaml:8:54: rules[4].do.headers: found headers beside reply, expected one of them: a reply has headers of its own`,
		`test.yaml:9:42: rules[5].do: found pad 1MiB, expected what a call can meet: fault, send, patch or pass; its answer is the other system's`,
	}},
	{"a world that can't be", head + `rules:
  - on: k2.k2extreq_by_dbz
    do: {given: {k2: {demands: [{code: "PTP${body.number}", amount: "${body.dbz_dt}", bank: nowhere}]}}}
  - {on: k2.k2extreq_by_dbz, do: {given: {k2: {demand: []}}}}
  - {on: k2.k2extreq_by_dbz, do: {given: {k2: {loans: [{contract_number: KD1, debt: "much"}]}}}}
`, []string{
		`test.yaml:5:33: rules[0].do.given.k2.demands[0]: found no contract_number, expected the key contract_number`,
		`test.yaml:5:51: rules[0].do.given.k2.demands[0].code: found "number", expected a field of the body: contract_number, dbz_dt; did you mean "contract_number"?`,
		`test.yaml:6:48: rules[1].do.given.k2: found "demand", expected one of the keys exclusions, loans, demands, withdrawals, payments, incoming, rzap; did you mean "demands"?`,
		`test.yaml:7:56: rules[2].do.given.k2.loans[0]: found no iinbin, expected the key iinbin`,
		`test.yaml:7:85: rules[2].do.given.k2.loans[0].debt: found "much", expected a number`,
	}},
	{"a given item that is wrong in several places", head + `given:
  k2: {loans: [{contract_number: [1], dbz_dt: x, iinbin: 901123300258, debt: a, system: wey}, {contract_number: KD1, iinbin: 901123300258, dept: 1, cur: x}]}
`, []string{
		`test.yaml:4:34: given.k2.loans[0].contract_number: found a list, expected a text`,
		`test.yaml:4:47: given.k2.loans[0].dbz_dt: found "x", expected a date of the calendar, such as 2014-02-08`,
		`test.yaml:4:78: given.k2.loans[0].debt: found "a", expected a number`,
		`test.yaml:4:89: given.k2.loans[0].system: found "wey", expected one of colvir, way4`,
		`test.yaml:4:140: given.k2.loans[1]: found "dept", expected one of the fields contract_number, cur, dbz_contract_number, dbz_dt, dea_code, dea_dep_id, dea_dt, dea_id, debt, dep_id, fullname, iban, id, iinbin, overdue_days, problemfl, segment, system; did you mean "debt"?`,
		`test.yaml:4:154: given.k2.loans[1].cur: found "x", expected a currency of ISO 4217, such as KZT`,
	}},
	{"a given value that can't be", head + `given:
  k2: {loans: [{contract_number: "KD${pad(1, 10)}", dbz_dt: 2014-02-08, iinbin: 901123300258, debt: "${upper('x')}"}]}
`, []string{
		`test.yaml:4:101: given.k2.loans[0].debt: found "${upper('x')}", expected number, but got string`,
	}},
}
