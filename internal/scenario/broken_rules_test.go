package scenario_test

import "strings"

// brokenRules are wrong in a rule.
var brokenRules = []broken{
	{"rules that are no list", head + "rules: {on: kyc.address.get, do: found}\n", []string{
		`test.yaml:3:8: rules: found a mapping, expected a list of rules; each item begins with -`,
	}},
	{"a rule that is a word", head + "rules: [found]\n", []string{
		`test.yaml:3:9: rules[0]: found "found", expected a rule such as {on: kyc.address.get, do: token-expired}`,
	}},
	{"a rule without on", head + `rules:
  - {do: found}
`, []string{
		`test.yaml:4:5: rules[0]: found no on, expected the key on: an operation, such as kyc.address.get, or a pattern, such as kyc.address.*`,
	}},
	{"a rule without do", head + `rules:
  - {on: kyc.address.get}
`, []string{
		`test.yaml:4:5: rules[0]: found no do, expected the key do: what the requests meet`,
	}},
	{"an unknown operation", head + `rules:
  - {on: kyc.adress.get, do: found}
`, []string{
		`test.yaml:4:10: rules[0].on: found "kyc.adress.get", expected an operation, or a pattern such as kyc.address.*; did you mean "kyc.address.get"?`,
	}},
	{"a pattern of nothing", head + `rules:
  - {on: kyx.*, do: 503}
`, []string{
		`test.yaml:4:10: rules[0].on: found "kyx.*", expected an operation, or a pattern such as kyc.address.*; did you mean "kyc.*"?`,
	}},
	{"an unknown key of a rule", head + `rules:
  - {on: kyc.address.get, unless: x, do: found}
`, []string{
		`test.yaml:4:27: rules[0]: found "unless", expected one of the keys {rule}`,
	}},
	{"an outcome of another operation", head + `rules:
  - {on: kyc.address.get, do: pending}
`, []string{
		`test.yaml:4:31: rules[0].do: found "pending", expected an outcome of kyc.address.get (found, upstream-down, already-received, token-expired, subscription-not-started, no-subscription-for-technology, no-subscription, malformed), a fault or pass (pending is an outcome of kyc.address.approve)`,
	}},
	{"a misspelled outcome", head + `rules:
  - {on: kyc.address.approve, do: [pending, timeuot]}
`, []string{
		`test.yaml:4:45: rules[0].do[1]: found "timeuot", expected an outcome of kyc.address.approve (pending, valid, invalid, not-found, timeout, upstream-down, subscription-not-started, no-subscription-for-technology, no-subscription, malformed), a fault or pass; did you mean "timeout"?`,
	}},
	{"an outcome that no operation of a pattern has", head + `rules:
  - {on: kyc.address.*, do: requested}
`, []string{
		`test.yaml:4:29: rules[0].do: found "requested", expected an outcome of kyc.address.approve, kyc.address.get (pending, valid, invalid, not-found, timeout, upstream-down, subscription-not-started, no-subscription-for-technology, no-subscription, malformed, found, already-received, token-expired), a fault or pass (requested is an outcome of kyc.edocument.request)`,
	}},
	{"an empty list of values", head + `rules:
  - {on: kyc.address.approve, for: {iin: []}, do: invalid}
`, []string{
		`test.yaml:4:42: rules[0].for.iin: found an empty list, expected at least one value`,
	}},
	{"an empty list of steps", head + `rules:
  - {on: kyc.address.get, do: []}
`, []string{
		`test.yaml:4:31: rules[0].do: found an empty list, expected at least one step`,
	}},
	{"a step of nothing", head + `rules:
  - {on: kyc.address.get, do: }
`, []string{
		`test.yaml:4:31: rules[0].do: found nothing, expected a step: an outcome, a fault, pass, a status or a mapping`,
	}},
	{"an empty step", head + `rules:
  - {on: kyc.address.get, do: {}}
`, []string{
		`test.yaml:4:31: rules[0].do: found an empty mapping, expected at least one of the keys {step}`,
	}},
	{"an unknown key of a step", head + `rules:
  - {on: kyc.address.get, do: {outcom: found}}
`, []string{
		`test.yaml:4:32: rules[0].do: found "outcom", expected one of the keys {step}; did you mean "outcome"?`,
	}},
	{"a status that is none", head + `rules:
  - {on: kyc.address.get, do: 700}
`, []string{
		`test.yaml:4:31: rules[0].do: found "700", expected an HTTP status from 100 to 599`,
	}},
	{"a success that the operation has not", head + `rules:
  - {on: kyc.address.get, do: 204}
`, []string{
		`test.yaml:4:31: rules[0].do: found 204, expected a status of kyc.address.get (200, 409, 400), or an error's`,
	}},
	{"VALID to PENDING", head + `rules:
  - {on: kyc.address.approve, do: [pending, valid, pending]}
`, []string{
		`test.yaml:4:52: rules[0].do[2]: found "pending" after "valid", expected a state that can follow: in kyc.address-session nothing leads from VALID to PENDING`,
	}},
	{"VALID to INVALID by mappings", head + `rules:
  - on: kyc.address.*
    do:
      - {outcome: valid, fault: reset}
      - pass
      - {outcome: invalid}
`, []string{
		`test.yaml:8:9: rules[0].do[2]: found "invalid" after "valid", expected a state that can follow: in kyc.address-session nothing leads from VALID to INVALID`,
	}},
	{"a rule behind one that always wins", head + `rules:
  - {on: kyc.address.*, do: 503}
  - {on: kyc.address.get, for: {iin: 901123300258}, do: found}
`, []string{
		`test.yaml:5:5: found a rule that is never reached: the rule on line 4 before it always wins, expected this rule first, or fewer requests for that one`,
	}},
	{"a rule behind one that is wrong itself", head + `rules:
  - {on: kyc.address.*, when: bodi.iin == "1", do: 503}
  - {on: kyc.address.get, probability: 2, do: 503}
  - {on: kyc.address.get, for: {iin: 901123300258}, do: found}
`, []string{
		`test.yaml:4:31: rules[0].when: found "bodi", expected an expression over body, query, path, header, now, hour, minute, weekday; did you mean "body"?`,
		`test.yaml:5:40: rules[1].probability: found "2", expected a share above 0 and at most 1, such as 0.05; did you mean "0.02"?`,
	}},
	{"a rule behind a named one with the same criteria", head + `rules:
  - {name: first, on: kyc.address.get, for: {iin: [901123300258, 031231500126]}, do: 503}
  - {on: kyc.address.get, for: {iin: 031231500126}, when: body.api_key == "x", do: found}
`, []string{
		`test.yaml:5:5: found a rule that is never reached: "first" (line 4) before it always wins, expected this rule first, or fewer requests for that one`,
	}},
	{"a rule behind two that cover it", head + `rules:
  - {on: kyc.address.get, do: 503}
  - {on: kyc.address.approve, do: 503}
  - {on: kyc.address.*, do: pass}
`, []string{
		`test.yaml:6:5: found a rule that is never reached: the rule on line 4 before it always wins, expected this rule first, or fewer requests for that one`,
	}},
	{"two rules of one name", head + `rules:
  - {name: a, on: kyc.address.get, do: 503}
  - {name: a, on: kyc.address.approve, do: 503}
`, []string{
		`test.yaml:5:12: rules[1].name: found "a" a second time, expected another name: the rule on line 4 has it`,
	}},
	{"for a field that the request has not", head + `rules:
  - {on: kyc.address.get, for: {inn: 901123300258}, do: found}
`, []string{
		`test.yaml:4:33: rules[0].for: found "inn", expected a field of the request: api_key, backend_session_id, iin; did you mean "iin"?`,
	}},
	{"for a subject where none is named", head + `rules:
  - {on: k2.getfile, for: {iin: 901123300258}, do: 404}
`, []string{
		`test.yaml:4:28: rules[0].for: found "iin", expected a field of the request: attachment, base64, code, inline`,
	}},
	{"for nothing", head + `rules:
  - {on: kyc.address.get, for: {iin: }, do: found}
`, []string{
		`test.yaml:4:38: rules[0].for.iin: found nothing, expected a value, or a list of values`,
	}},
	{"a when that does not end", head + `rules:
  - {on: kyc.address.get, when: body.iin ==, do: found}
`, []string{
		`test.yaml:4:43: rules[0].when: found the end of the expression, expected an expression over body, query, path, header, now, hour, minute, weekday`,
	}},
	{"a when over an unknown name", head + `rules:
  - {on: kyc.address.get, when: boddy.iin == "1", do: found}
`, []string{
		`test.yaml:4:33: rules[0].when: found "boddy", expected an expression over body, query, path, header, now, hour, minute, weekday; did you mean "body"?`,
	}},
	{"a when on a field that the request has not", head + `rules:
  - on: k2.k2extreq_pay_from_eko
    when: body.items[0].ammount > 1000
    do: lost-reply
`, []string{
		`test.yaml:5:25: rules[0].when: found "ammount", expected a field of the body: amount, cur, incoming_amount, refer, request_id, trn_id; did you mean "amount"?`,
	}},
	{"a when on a field of a text", head + `rules:
  - {on: kyc.address.get, when: 'body.iin.digits == 1', do: found}
`, []string{
		`test.yaml:4:43: rules[0].when: found "digits", expected no field here: body.iin is a text`,
	}},
	{"a when that compares a text with a number", head + `rules:
  - {on: kyc.address.get, when: body.iin == 901123300258, do: found}
`, []string{
		`test.yaml:4:45: rules[0].when: found 901123300258, a number, expected a text: body.iin is one, so write "901123300258" in quotes`,
	}},
	{"a when that compares a number with a text", head + `rules:
  - {on: k2.k2extreq_pay_from_eko, when: 'body.items[0].amount > "1000"', do: lost-reply}
`, []string{
		`test.yaml:4:66: rules[0].when: found "1000", a text, expected a number: body.items[0].amount is one, so leave the quotes out`,
	}},
	{"a when on a body that is not there", head + `rules:
  - {on: abs.get_cli, when: body.iinbin == "1", do: found}
`, []string{
		`test.yaml:4:34: rules[0].when: found "iinbin", expected query.iinbin: that is where the requests have it`,
	}},
	{"a when on a query field that is not there", head + `rules:
  - {on: abs.get_cli, when: query.iin == "1", do: found}
`, []string{
		`test.yaml:4:35: rules[0].when: found "iin", expected a field of the query: iinbin`,
	}},
	{"a when that is no question", head + `rules:
  - {on: kyc.address.get, when: 1 + 1, do: found}
`, []string{
		`test.yaml:4:33: rules[0].when: found an expression whose value is a number, expected one that is true or false`,
	}},
	{"a when that asks the machine's clock", head + `rules:
  - {on: kyc.address.get, when: now().Hour() == 3, do: found}
`, []string{
		`test.yaml:4:33: rules[0].when: found brackets behind an instant, expected brackets behind the name of a function only`,
	}},
	{"a when of endless work", head + `rules:
  - {on: k2.k2extreq_pay_from_eko, when: 'any(body.items, all(body.items, .amount > 1))', do: lost-reply}
`, []string{
		`test.yaml:4:59: rules[0].when: found a search within a search, expected one search over a list`,
	}},
	{"a when over a range", head + `rules:
  - {on: k2.k2extreq_pay_from_eko, when: 'sum(1..100000) > 1', do: lost-reply}
`, []string{
		`test.yaml:4:48: rules[0].when: found a range, expected an expression without ranges`,
	}},
	{"a when over all values at once", head + `rules:
  - {on: k2.k2extreq_pay_from_eko, when: 'body.items[0].amount > 1 and $env.body != nil', do: lost-reply}
`, []string{
		`test.yaml:4:72: rules[0].when: found "$env", expected the name of a value`,
	}},
	{"a when with a pattern from the request", head + `rules:
  - {on: k2.k2extreq_pay_from_eko, when: 'body.items[0].refer matches body.items[0].trn_id', do: lost-reply}
`, []string{
		`test.yaml:4:85: rules[0].when: found a pattern that is not written out, expected a pattern in quotes after matches`,
	}},
	{"a when of too many brackets", head + `rules:
  - {on: k2.k2extreq_pay_from_eko, when: '` + strings.Repeat("(", 100_000) + `', do: lost-reply}
`, []string{
		`test.yaml:4:43: rules[0].when: found an expression of 100000 characters, expected at most 4000`,
	}},
	{"a when over several lines", head + `rules:
  - on: kyc.address.get
    when: |
      body.iin == "1"
      and body.inn == "2"
    do: found
`, []string{
		`test.yaml:7:1: rules[0].when: found "inn", expected a field of the body: api_key, backend_session_id, iin; did you mean "iin"?`,
	}},
	{"a probability in percent", head + `rules:
  - {on: kyc.address.get, probability: 5%, do: found}
`, []string{
		`test.yaml:4:40: rules[0].probability: found "5%", expected a share above 0 and at most 1, such as 0.05; did you mean "0.05"?`,
	}},
	{"a probability above one", head + `rules:
  - {on: kyc.address.get, probability: 5, do: found}
`, []string{
		`test.yaml:4:40: rules[0].probability: found "5", expected a share above 0 and at most 1, such as 0.05; did you mean "0.05"?`,
	}},
	{"times of nothing", head + `rules:
  - {on: kyc.address.get, times: 0, do: found}
`, []string{
		`test.yaml:4:34: rules[0].times: found "0", expected a whole number, 1 or more`,
	}},
	{"more steps than times", head + `rules:
  - {on: kyc.address.get, times: 1, do: [found, 503]}
`, []string{
		`test.yaml:4:49: rules[0].do[1]: found step 2 of a rule that decides 1 in all, expected no more steps than times`,
	}},
	{"a window of one", head + `rules:
  - {on: kyc.address.get, between: [10m], do: found}
`, []string{
		`test.yaml:4:36: rules[0].between: found a list of 1, expected a list of two: from and until, such as [0s, 10m]`,
	}},
	{"a window that ends before it begins", head + `rules:
  - {on: kyc.address.get, between: [10m, 5m], do: found}
`, []string{
		`test.yaml:4:36: rules[0].between: found a window that ends before it begins, expected from before until`,
	}},
	{"a window of an hour and an instant", head + `rules:
  - {on: kyc.address.get, between: ["09:00", "10:00"], do: found}
`, []string{
		`test.yaml:4:37: rules[0].between[0]: found "09:00", expected an instant or a duration from the start; a time of each day goes into when, such as hour == 9`,
		`test.yaml:4:46: rules[0].between[1]: found "10:00", expected an instant or a duration from the start; a time of each day goes into when, such as hour == 9`,
	}},
	{"an advance without a unit", head + `rules:
  - {on: kyc.address.get, do: {advance: 30}}
`, []string{
		`test.yaml:4:41: rules[0].do.advance: found "30", expected a duration with its unit, such as 30s or 30m`,
	}},
	{"an advance backwards", head + `rules:
  - {on: kyc.address.get, do: {advance: -30s}}
`, []string{
		`test.yaml:4:41: rules[0].do.advance: found "-30s", expected a duration that is not negative: a clock never goes back`,
	}},
	{"a subject that does something else", head + `rules:
  - {on: kyc.address.approve, do: {subject: aprove}}
`, []string{
		`test.yaml:4:45: rules[0].do.subject: found "aprove", expected one of approve, reject; did you mean "approve"?`,
	}},
	{"a subject where none is named in the request", head + `rules:
  - {on: k2.k2extreq_pay_from_eko, do: {subject: approve}}
`, []string{
		`test.yaml:4:50: rules[0].do.subject: found an answer of the request's subject, expected an operation whose request names one: k2.k2extreq_pay_from_eko has neither iin nor iinbin`,
	}},
	{"an unknown fault", head + `rules:
  - {on: kyc.address.get, do: {fault: {delaay: 2s}}}
`, []string{
		`test.yaml:4:40: rules[0].do.fault: found "delaay", expected a fault: {faults}; did you mean "delay"?`,
	}},
	{"a fault without its parameters", head + `rules:
  - {on: kyc.address.get, do: status}
`, []string{
		`test.yaml:4:31: rules[0].do: found "status" without its parameters, expected {fault: {status: 502}}`,
	}},
	{"a fault's unknown parameter", head + `rules:
  - {on: kyc.address.get, do: {fault: {delay: {p50: 300ms, p98: 2s}}}}
`, []string{
		`test.yaml:4:47: rules[0].do.fault.delay: found the parameter "p98", expected one of fixed, uniform, normal, p50, p99; did you mean "p99"?`,
	}},
	{"a fault's parameter that is no duration", head + `rules:
  - {on: kyc.address.get, do: {fault: {delay: quickly}}}
`, []string{
		`test.yaml:4:47: rules[0].do.fault.delay: found "quickly", expected a duration with its unit, up to 24h, such as 300ms or 2s`,
	}},
	{"a fault's status that is none", head + `rules:
  - {on: kyc.address.get, do: {fault: {status: 299}}}
`, []string{
		`test.yaml:4:48: rules[0].do.fault.status: found "299", expected a whole number from 400 to 599`,
	}},
	{"an own reply of a status that is not documented", head + `rules:
  - on: kyc.address.get
    do: {reply: {status: 418, body: {detail: tea}}}
`, []string{
		`test.yaml:5:17: rules[0].do.reply: found a reply with the status 418, expected a status of kyc.address.get (200, 409, 400); or off_contract: true beside the reply, if it is wrong on purpose`,
	}},
	{"an own reply whose body fits no outcome", head + `rules:
  - on: kyc.address.get
    do: {reply: {status: 409, body: {error: Could not send request}}}
`, []string{
		`test.yaml:5:38: rules[0].do.reply.body.error: found an unknown key, expected one of detail, message, as kyc.address.get answers with the status 409; or off_contract: true beside the reply, if it is wrong on purpose`,
	}},
	{"an own reply with other words than the outcome's", head + `rules:
  - on: kyc.address.get
    do: {reply: {status: 409, body: {detail: No luck}}}
`, []string{
		`test.yaml:5:37: rules[0].do.reply.body: found a mapping, expected the text "Could not send request to address service" of the outcome upstream-down, as kyc.address.get answers with the status 409; or off_contract: true beside the reply, if it is wrong on purpose`,
	}},
	{"an own reply with a row that no outcome has", head + `rules:
  - on: k2.k2loan_from_eko
    do:
      reply:
        body:
          error_code: 13
          error_text: Неверная длина ИИН
          errors: [{error_code: 17, error_text: Неверная длина ИИН}]
`, []string{
		`test.yaml:10:19: rules[0].do.reply.body.errors: found a list, expected a row with the error_code 15 of the outcome bad-iin-length, as k2.k2loan_from_eko answers with the status 200; or off_contract: true beside the reply, if it is wrong on purpose`,
	}},
	{"an own reply that is no JSON", head + `rules:
  - on: kyc.address.get
    do: {reply: {status: 409, body: oops}}
`, []string{
		`test.yaml:5:37: rules[0].do.reply.body: found a text that is not JSON, expected a JSON body, as kyc.address.get answers with the status 409; or off_contract: true beside the reply, if it is wrong on purpose`,
	}},
	{"an own reply without a body", head + `rules:
  - on: kyc.address.get
    do: {reply: {status: 409}}
`, []string{
		`test.yaml:5:17: rules[0].do.reply: found no body, expected a JSON body, as kyc.address.get answers with the status 409; or off_contract: true beside the reply, if it is wrong on purpose`,
	}},
	{"an own reply's unknown key", head + `rules:
  - on: kyc.address.get
    do: {reply: {status: 409, header: {A: b}}, off_contract: true}
`, []string{
		`test.yaml:5:31: rules[0].do.reply: found "header", expected one of the keys status, headers, body; did you mean "headers"?`,
	}},
	{"a header that HTTP can't carry", head + `rules:
  - on: kyc.address.get
    do: {reply: {headers: {Retry After: 5}}, off_contract: true}
`, []string{
		`test.yaml:5:28: rules[0].do.reply.headers: found "Retry After", expected a header's name; did you mean "Retry-After"?`,
	}},
	{"an own reply beside an outcome", head + `rules:
  - on: kyc.address.get
    do: {outcome: found, reply: {status: 418}, off_contract: true}
`, []string{
		`test.yaml:5:26: rules[0].do.reply: found reply beside outcome, expected one of them: an outcome can be changed with patch`,
	}},
	{"off_contract without an answer", head + `rules:
  - on: kyc.address.get
    do: {outcome: found, off_contract: true}
`, []string{
		`test.yaml:5:26: rules[0].do.off_contract: found off_contract without reply or patch, expected reply or patch beside it`,
	}},
	{"off_contract in other words", head + `rules:
  - on: kyc.address.get
    do: {reply: {status: 418}, off_contract: maybe}
`, []string{
		`test.yaml:5:46: rules[0].do.off_contract: found "maybe", expected true or false`,
	}},
	{"a patch of a field that the answer has not", head + `rules:
  - on: kyc.address.get
    do: {outcome: found, patch: {adress: {city: Алматы}}}
`, []string{
		`test.yaml:5:34: rules[0].do.patch: found "adress", expected one of the fields address, iin; did you mean "address"?`,
	}},
	{"a patch of another type", head + `rules:
  - on: k2.k2extreq_by_dbz
    do: {outcome: found, patch: {error_code: none}}
`, []string{
		`test.yaml:5:46: rules[0].do.patch.error_code: found "none", expected a whole number`,
	}},
}
