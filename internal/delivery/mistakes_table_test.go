package delivery_test

// mistakes of fifty ABS, after one that has none.
var mistakes = []mistake{
	{"nothing", "", nil, ""},

	{
		"an IIN as a number", "abs.get_cli", replaced(`"901123300258"`, `901123300258`),
		`del-000001.1 abs.get_cli (no answer) /iinbin type: expected string, found 901123300258`,
	},
	{
		"another client", "abs.get_cli", replaced(`901123300258`, `850624300987`),
		`del-000001.1 abs.get_cli (found) /iinbin behaviour: expected the iinbin that was asked for, 901123300258, found "850624300987"`,
	},
	{
		"no name", "abs.get_cli", replaced(`"fullname":"ТЕСТОВ ТЕСТ",`, ``),
		`del-000001.1 abs.get_cli (no answer) /fullname missing-field: expected the field, found nothing`,
	},
	{
		"a name as null", "abs.get_cli", replaced(`"ТЕСТОВ ТЕСТ"`, `null`),
		`del-000001.1 abs.get_cli (no answer) /fullname type: expected string, found null`,
	},
	{
		"a flag as a boolean", "abs.get_cli", replaced(`"residfl":1`, `"residfl":true`),
		`del-000001.1 abs.get_cli (no answer) /residfl type: expected integer, found true`,
	},
	{
		"a sector with a fraction", "abs.get_cli", replaced(`"sectecon":9`, `"sectecon":9.5`),
		`del-000001.1 abs.get_cli (no answer) /sectecon type: expected integer, found 9.5`,
	},
	{
		"a field that no document has", "abs.get_cli", replaced(`"residfl":1`, `"residfl":1,"branch":"001"`),
		`del-000001.1 abs.get_cli (no answer) /branch undocumented-field: expected no other fields than error_code, error_text, fullname, iinbin, residfl, sectecon, found "001"`,
	},
	{
		"a client in a list", "abs.get_cli", func(p *paper) { p.body = "[" + p.body + "]" },
		`del-000001.1 abs.get_cli (no answer)  body: expected object, found [{"error_code":0,"error_text":"","fullname":"ТЕСТОВ ТЕСТ","iinbin":"901123300258","residfl":1,"secte…`,
	},
	{
		"a client in an envelope", "abs.get_cli", func(p *paper) { p.body = `{"error_code":0,"error_text":"","data":` + p.body + `}` },
		`del-000001.1 abs.get_cli (no answer)  body: expected the fields fullname, iinbin, residfl, sectecon, found the fields data`,
	},
	{
		"a text beside success", "abs.get_cli", replaced(`"error_text":""`, `"error_text":"OK"`),
		`del-000001.1 abs.get_cli (found) /error_text behaviour: expected an empty text beside error_code 0, found "OK"`,
	},
	{
		"a code as text", "abs.get_cli", replaced(`"error_code":0`, `"error_code":"0"`),
		`del-000001.1 abs.get_cli (no answer) /error_code type: expected integer, found "0"`,
	},
	{
		"a code of success that is 200", "abs.get_cli", replaced(`"error_code":0`, `"error_code":200`),
		`del-000001.1 abs.get_cli (no answer)  note: body: expected no other fields than error_code, error_text, found the fields fullname, iinbin, residfl, sectecon`,
	},
	{
		"a field twice", "abs.get_cli", replaced(`"residfl":1`, `"residfl":1,"residfl":1`),
		`del-000001.1 abs.get_cli (found)  body: expected each member once; twice there is /residfl, found {"error_code":0,"error_text":"","fullname":"ТЕСТОВ ТЕСТ","iinbin":"901123300258","residfl":1,"sectec…`,
	},
	{
		"a byte order mark", "abs.get_cli", func(p *paper) { p.body = "\ufeff" + p.body },
		`del-000001.1 abs.get_cli (no answer)  body: expected no byte order mark: send UTF-8 without it, found invalid character '\ufeff' looking for beginning of value at line 1, column 1, in \ufeff{"error_code":0,"error_text":"","iinbin":"901123300258","fullname":"ТЕСТОВ ТЕСТ","sectecon":9,…`,
	},
	{
		"letters of another encoding", "abs.get_cli", replaced("ТЕСТОВ ТЕСТ", "\xd2\xc5\xd1\xd2"),
		`del-000001.1 abs.get_cli (no answer)  body: expected UTF-8 text, found a byte that is not UTF-8 at line 1, column 69, in {"error_code":0,"error_text":"","iinbin":"901123300258","fullname":"\xd2\xc5\xd1\xd2","sectecon":9,"…`,
	},
	{
		"JSON as HTML", "abs.get_cli", header("Content-Type", "text/html; charset=utf-8"),
		`del-000001.1 abs.get_cli (found)  header Content-Type: expected application/json, found "text/html; charset=utf-8"`,
	},
	{
		"no type of content", "abs.get_cli", header("Content-Type", ""),
		`del-000001.1 abs.get_cli (found)  header Content-Type: expected application/json, found ""`,
	},
	{
		"an answer in XML", "abs.get_cli", func(p *paper) { p.header["Content-Type"] = "text/xml"; p.body = "<client/>" },
		`del-000001.1 abs.get_cli (no answer)  header Content-Type: expected application/json, found "text/xml"`,
	},
	{
		"no body", "abs.get_cli", whole(""),
		`del-000001.1 abs.get_cli (no answer)  body: expected a JSON body, found an empty body`,
	},
	{
		"something behind the answer", "abs.get_cli", func(p *paper) { p.body += "}" },
		`del-000001.1 abs.get_cli (no answer)  body: expected one JSON value, found text after the JSON value at line 1, column 107, in {"error_code":0,"error_text":"","iinbin":"901123300258","fullname":"ТЕСТОВ ТЕСТ","sectecon":9,"resid…`,
	},

	{
		"one account without a list", "abs.get_acc", func(p *paper) { replaced(`[{`, `{`)(p); replaced(`}]`, `}`)(p) },
		`del-000002.1 abs.get_acc (no answer) /ibans type: expected array, found {"accountName":"ТЕСТОВ ТЕСТ","cur":"KZT","iban":"KZ86125KZT5004100100","ps":"2204191","system":"way4…`,
	},
	{
		"null for the accounts", "abs.get_acc", whole(`{"error_code":0,"error_text":"","ibans":null}`),
		`del-000002.1 abs.get_acc (no answer) /ibans type: expected array, found null`,
	},
	{
		"an account that is too short", "abs.get_acc", replaced(`KZ86125KZT5004100100`, `KZ86125`),
		`del-000002.1 abs.get_acc (found) /ibans/*/iban note: behaviour: expected KZ with 18 letters and digits, found "KZ86125"`,
	},
	{
		"an account with spaces", "abs.get_acc", replaced(`KZ86125KZT5004100100`, `KZ86 125K ZT50 0410 0100`),
		`del-000002.1 abs.get_acc (found) /ibans/*/iban note: behaviour: expected KZ with 18 letters and digits, found "KZ86 125K ZT50 0410 0100"`,
	},
	{
		"a currency as a number", "abs.get_acc", replaced(`"KZT"}`, `398}`),
		`del-000002.1 abs.get_acc (no answer) /ibans/*/cur type: expected string, found 398`,
	},
	{
		"a currency of two letters", "abs.get_acc", replaced(`"KZT"}`, `"KZ"}`),
		`del-000002.1 abs.get_acc (found) /ibans/*/cur note: behaviour: expected three capital letters, found "KZ"`,
	},
	{
		"a name in snake case", "abs.get_acc", replaced(`accountName`, `account_name`),
		"del-000002.1 abs.get_acc (no answer) /ibans/*/accountName missing-field: expected the field, found nothing\ndel-000002.1 abs.get_acc (no answer) /ibans/*/account_name undocumented-field: expected no other fields than accountName, cur, iban, ps, system, found \"ТЕСТОВ ТЕСТ\"",
	},
	{
		"an error with its own status", "abs.get_acc", status(404, `{"error_code":404,"error_text":"Клиент не найден"}`),
		`del-000002.1 abs.get_acc (no answer)  note: status: expected one of 200, found 404 {"error_code":404,"error_text":"Клиент не найден"}`,
	},

	{
		"a debt as text", "abs.colvir_get_loan_debt", replaced(`1500000.50`, `"1500000.50"`),
		`del-000003.1 abs.colvir_get_loan_debt (no answer) /debt type: expected number, found "1500000.50"`,
	},
	{
		"a debt with a comma", "abs.colvir_get_loan_debt", replaced(`1500000.50`, `1500000,50`),
		`del-000003.1 abs.colvir_get_loan_debt (no answer)  body: expected a point in place of the comma in a number, found invalid character '5' looking for beginning of object key string at line 1, column 48, in {"error_code":0,"error_text":"","debt":1500000,50}`,
	},
	{
		"a debt below zero", "abs.colvir_get_loan_debt", replaced(`1500000.50`, `-1500000.50`),
		`del-000003.1 abs.colvir_get_loan_debt (debt) /debt note: behaviour: expected a sum that is not negative, with at most two decimals, found -1500000.50`,
	},
	{
		"a debt as null", "abs.colvir_get_loan_debt", replaced(`1500000.50`, `null`),
		`del-000003.1 abs.colvir_get_loan_debt (no answer) /debt type: expected number, found null`,
	},
	{
		"no debt", "abs.colvir_get_loan_debt", replaced(`,"debt":1500000.50`, ``),
		`del-000003.1 abs.colvir_get_loan_debt (no answer) /debt missing-field: expected the field, found nothing`,
	},
	{
		"an error without a text", "abs.colvir_get_loan_debt", whole(`{"error_code":17,"error_text":""}`),
		`del-000003.1 abs.colvir_get_loan_debt (no answer) /error_code note: outcome: expected a code that the document prints, or 0, found 17, {"error_code":17,"error_text":""}`,
	},
	{
		"a broken service", "abs.colvir_get_loan_debt", status(500, "Internal Server Error"),
		`del-000003.1 abs.colvir_get_loan_debt (no answer)  status: expected one of 200, found 500 Internal Server Error`,
	},
	{
		"created", "abs.colvir_get_loan_debt", func(p *paper) { p.status = 201 },
		`del-000003.1 abs.colvir_get_loan_debt (no answer)  status: expected one of 200, found 201 {"error_code":0,"error_text":"","debt":1500000.50}`,
	},

	{
		"a scan without a type", "abs.get_pdf", header("Content-Type", "application/octet-stream"),
		`del-000004.1 abs.get_pdf (scan)  header Content-Type: expected application/pdf or image/tiff, found "application/octet-stream"`,
	},
	{
		"a scan for the browser", "abs.get_pdf", header("Content-Disposition", `inline; filename="dbz.pdf"`),
		`del-000004.1 abs.get_pdf (scan)  header Content-Disposition: expected attachment; filename="…", found "inline; filename=\"dbz.pdf\""`,
	},
	{
		"a scan without a name", "abs.get_pdf", header("Content-Disposition", `attachment`),
		`del-000004.1 abs.get_pdf (scan)  header Content-Disposition: expected attachment; filename="…", found "attachment"`,
	},
	{
		"a scan that is cut off", "abs.get_pdf", func(p *paper) { p.body = p.body[:150] },
		`del-000004.1 abs.get_pdf (scan)  body: expected a whole file of the type application/pdf, found 150 bytes: %PDF-1.4 1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj 2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> en…`,
	},
	{
		"a scan that is empty", "abs.get_pdf", whole(""),
		`del-000004.1 abs.get_pdf (scan)  body: expected a file, found an empty body`,
	},
	{
		"a scan in JSON", "abs.get_pdf", func(p *paper) {
			p.header["Content-Type"] = "application/json"
			p.body = `{"error_code":0,"error_text":"","file":"JVBERi0="}`
		},
		`del-000004.1 abs.get_pdf (no answer)  header Content-Type: expected application/pdf or image/tiff, found "application/json"`,
	},
	{
		"a scan in part", "abs.get_pdf", func(p *paper) { p.status = 206 },
		`del-000004.1 abs.get_pdf (no answer)  status: expected one of 200, 404, found 206 %PDF-1.4 1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj 2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> en…`,
	},

	{
		"a sum as text", "abs.get_acc_stmt_dt", replaced(`2000000,"cur"`, `"2000000","cur"`),
		`del-000005.1 abs.get_acc_stmt_dt (no answer) /stmt/*/amount type: expected number, found "2000000"`,
	},
	{
		"a disbursement that is a credit", "abs.get_acc_stmt_dt", replaced(`"D"`, `"C"`),
		`del-000005.1 abs.get_acc_stmt_dt (found) /stmt/*/DC behaviour: expected "D", as the sample's line of a disbursement has, found "C"`,
	},
	{
		"a letter in Cyrillic", "abs.get_acc_stmt_dt", replaced(`"D"`, `"Д"`),
		`del-000005.1 abs.get_acc_stmt_dt (no answer) /stmt/*/DC format: expected value must be one of "D", "C", found "Д"`,
	},

	{
		"an answer to a registration that is bare", "abs.reg_pt", whole(`OK`),
		`del-000008.1 abs.reg_pt (no answer)  body: expected valid JSON, found invalid character 'O' looking for beginning of value at line 1, column 1, in OK`,
	},
	{
		"no code", "abs.refuse_pt", whole(`{"error_text":""}`),
		`del-000009.1 abs.refuse_pt (no answer) /error_code missing-field: expected the field, found nothing`,
	},
	{
		"no content", "abs.return_pt", status(204, ""),
		`del-000013.1 abs.return_pt (no answer)  status: expected one of 200, found 204 `,
	},
	{
		"an answer about each row", "abs.post_all_loan_exclude_to_eko", whole(`[{"error_code":0,"error_text":""}]`),
		`del-000014.1 abs.post_all_loan_exclude_to_eko (no answer)  body: expected object, found [{"error_code":0,"error_text":""}]`,
	},
}
