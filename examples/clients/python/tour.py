"""The tour in Python, standard library only."""
import json
import os
import urllib.error
import urllib.request

SIM = os.environ.get("SIM_URL", "http://127.0.0.1:8080")
CONTROL = SIM + ("/_sim" if "/s/" in SIM else "/_sim/sandboxes/default")
RUN = "/restapi/services/run"
WHO = {"api_key": "my key", "iin": "901123300258"}


def call(url, body=None):
    """Answer (status, decoded body); a 4xx is an answer, not an exception."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, json.loads(answer.read() or b"null")
    except urllib.error.HTTPError as answer:
        return answer.code, json.loads(answer.read())


def expect(want, got):
    if want != got:
        raise SystemExit(f"expected {want!r}, got {got!r}")


def address():
    approve = SIM + "/api/v1/backend/address/approve/"
    expect("PENDING", call(approve, WHO)[1]["status"])
    call(CONTROL + "/clock/advance", {"by": "5s"})
    session = call(approve, WHO)[1]
    expect("VALID", session["status"])
    fetch = {**WHO, "backend_session_id": session["backend_session_id"]}
    expect(WHO["iin"], call(SIM + "/api/v1/backend/address/", fetch)[1]["iin"])
    expect(
        (400, {"detail": "Address data is empty or data already recieved"}),
        call(SIM + "/api/v1/backend/address/", fetch),
    )


def document():
    access, phone = SIM + "/api/v1/backend/e-document/online-access", "77015550003"
    session = call(f"{access}/request/identity_card/", {**WHO, "phone": phone})[1]
    message = call(f"{CONTROL}/phones/{phone}")[1]["messages"][-1]
    status, paper = call(
        f"{access}/approve/", {**session, "code": message["code"], "file": False, "file_type": "pdf"}
    )
    expect((200, "identity_card"), (status, paper["document_type"]))


def payment():
    agreement = {"contract_number": "KD0000000001", "dbz_dt": "2014-02-08"}
    loan = {**agreement, "dbz_contract_number": "KD0000000001", "iinbin": WHO["iin"], "debt": 2000000}
    expect(0, call(SIM + RUN + "/k2loan_from_eko", [loan])[1]["error_code"])
    refer = call(SIM + RUN + "/k2extreq_by_dbz", agreement)[1]["items"][0]["code"]
    paid = {"items": [{"request_id": 1, "trn_id": 502, "refer": refer, "cur": "KZT", "amount": 2000}]}
    expect(0, call(SIM + RUN + "/k2extreq_pay_from_eko", paid)[1]["error_code"])
    expect(9, call(SIM + RUN + "/k2extreq_pay_from_eko", paid)[1]["errors"][0]["error_code"])
    expect("2000.00", call(SIM + RUN + "/k2extreq_by_dbz", agreement)[1]["items"][0]["paid_amount"])


if __name__ == "__main__":
    call(CONTROL + "/reset", {})  # so that the tour can be run twice
    address()
    document()
    payment()
    print("the tour is done")
