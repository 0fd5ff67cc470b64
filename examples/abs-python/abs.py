"""The eleven services that K2 calls in a bank's ABS, in memory: python3 abs.py [PORT].

Written from the section «Сервисы, которые вызываем в АБС» of the K2 document alone,
with nothing but Python's standard library.
"""
import json, sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

NAME, IIN, IBAN = "АСАНОВ ДІАС ҒАЛЫМҰЛЫ", "901123300258", "KZ71563D601200019058"
CLIENTS = {IIN: {"iinbin": IIN, "fullname": NAME, "sectecon": 9, "residfl": 1}}
ACCOUNTS = {IIN: [{"iban": IBAN, "accountName": NAME, "ps": "2204191", "system": "way4", "cur": "KZT"}]}
LOANS = [{"dep_id": 555, "id": 666, "contract_number": "KD0000000001", "iban": IBAN, "iinbin": IIN,
          "dbz_num": "KD0000000001", "dbz_dt": "2014-02-08", "granted": 900000, "debt": 100000}]
SCAN = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
DEMANDS, EXCLUSIONS = {}, []  # demands by reference, in the order of their registration

def success(**fields):
    return {"error_text": "", "error_code": 0, **fields}

def failure(code, text):
    return {"error_text": text, "error_code": code}

def iso(date):  # the text says ГГГГ.ММ.ДД, the samples have 2020-01-01: both are taken
    return date.replace(".", "-")

def loan(**key):
    return next((l for l in LOANS if all(str(l[k]) == str(v) for k, v in key.items())), None)

def get_cli(q):
    return success(**CLIENTS[q["iinbin"]]) if q["iinbin"] in CLIENTS else failure(404, "Клиент не найден")

def get_acc(q):
    return success(ibans=ACCOUNTS.get(q["iinbin"], []))

def get_acc_stmt_dt(q):
    found = loan(iban=q["iban"]) if "iban" in q else loan(dep_id=q["dep_id"], id=q["id"])
    if not found or iso(q["dt"]) < found["dbz_dt"]:
        return success(stmt=[])
    return success(stmt=[{"purpose": "Предоставление кредита по договору", "amount": found["granted"], "cur": "KZT",
                          "DC": "D", "out_bal": found["granted"]}])

def get_pdf(q):  # None is HTTP 404
    return SCAN if loan(dbz_num=q["dbz_num"], iinbin=q["iinbin"], dbz_dt=iso(q["dbz_dt"])) else None

def debt(found):
    return success(debt=found["debt"]) if found else failure(404, "Договор не найден")

def reg_pt(b):
    demand = {name: iso(value) if name in ("accept_dt", "doc_at", "dbz_dt") else value for name, value in b.items()}
    if not (b["refer"] and b["iinbin"] and b["amount"] > 0):
        return failure(422, "Заполнены не все поля")
    same = DEMANDS.setdefault(b["refer"], demand) == demand
    return success() if same else failure(409, "Платежное требование с таким референсом уже зарегистрировано")

def end_pt(b):
    return success() if b["reason_code"] and b["refer"] in DEMANDS else failure(404, "Платежное требование не найдено")

def get_all_pt_from_abs(b):
    rows = [d for d in DEMANDS.values() if all(d.get(name) == b[name] for name in ("ben_bin", "iinbin") if name in b)
            and iso(b.get("doc_at1", "")) <= d.get("doc_at", "") <= iso(b.get("doc_at2", "9999"))]
    page, size = int(b.get("page", b.get("page ", 1))), int(b.get("perpage", 25))
    return [{"all_count": len(rows)}] + rows[(page - 1) * size:page * size]

def post_all_loan_exclude_to_eko(b):
    EXCLUSIONS[:] = b["items"] + []  # a list and nothing else
    return success()

SERVICES = {"GET": {f.__name__: f for f in (get_cli, get_acc, get_acc_stmt_dt, get_pdf)},
            "POST": {f.__name__: f for f in (reg_pt, get_all_pt_from_abs, post_all_loan_exclude_to_eko)}}
SERVICES["POST"].update({
    "refuse_pt": end_pt, "return_pt": end_pt,
    "colvir_get_loan_debt": lambda b: debt(loan(dep_id=b["dep_id"], id=b["id"])),
    "way4_get_loan_debt": lambda b: debt(loan(contract_number=b["contract_number"]))})

class ABS(BaseHTTPRequestHandler):
    def do_GET(self):
        address, body = urlsplit(self.path), self.rfile.read(int(self.headers.get("Content-Length", 0)))
        service = SERVICES[self.command].get(address.path.strip("/"), lambda _: None)
        try:
            said = service(json.loads(body) if self.command == "POST" else dict(parse_qsl(address.query)))
        except (KeyError, ValueError, TypeError, AttributeError):
            said = failure(400, "Неверный формат запроса")
        self.send_response(404 if said is None else 200)
        if isinstance(said, bytes):
            self.send_header("Content-Disposition", 'attachment; filename="scan.pdf"')
        self.send_header("Content-Type", "application/pdf" if isinstance(said, bytes) else "application/json")
        payload = said if isinstance(said, bytes) else b"" if said is None else json.dumps(said, ensure_ascii=False).encode()
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    do_POST = do_GET
    log_message = lambda *_: None

if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 8090), ABS)
    print(f"ABS on http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()
