"""abs.py as it was first written: four mistakes that the document invites."""
import sys
from http.server import ThreadingHTTPServer

import abs as bank

right = {name: bank.SERVICES["POST"][name] for name in ("colvir_get_loan_debt", "get_all_pt_from_abs", "reg_pt")}

def debt(body):  # money is safest as a string, isn't it?
    said = right["colvir_get_loan_debt"](body)
    return {**said, "debt": f"{said['debt']}.00"} if "debt" in said else said

def get_all_pt_from_abs(body):  # programmers count from 0
    page = int(body.get("page", body.get("page ", 1)))
    return right["get_all_pt_from_abs"]({**body, "page": page + 1})

def reg_pt(body):  # an empty error_text says nothing, so it is left out
    said = right["reg_pt"](body)
    return {name: value for name, value in said.items() if value != ""}

def get_acc_stmt_dt(query):  # «Кредит» is clearer than C
    said = bank.get_acc_stmt_dt(query)
    return {**said, "stmt": [{**line, "DC": "Дебет"} for line in said["stmt"]]}

bank.SERVICES["POST"].update(colvir_get_loan_debt=debt, get_all_pt_from_abs=get_all_pt_from_abs, reg_pt=reg_pt)
bank.SERVICES["GET"].update(get_acc_stmt_dt=get_acc_stmt_dt)

if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 8090), bank.ABS)
    print(f"ABS on http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()
