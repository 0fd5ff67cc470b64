"""The client that these tests test: it collects addresses and posts payments."""
import json
import time
import urllib.error
import urllib.request

DUPLICATE = "k2extreq_pay_trn_id_uindex"


class Refused(Exception):
    """A service's no: one that stays, or the last of many."""


class Client:
    def __init__(self, kyc, k2, api_key, sleep=time.sleep):
        self.kyc, self.k2, self.api_key, self.sleep = kyc, k2, api_key, sleep

    def address(self, iin):
        """A debtor's address; the debtor is asked, and has to agree within three minutes."""
        who = {"api_key": self.api_key, "iin": iin}
        for _ in range(36):
            answer = self._post(self.kyc + "/api/v1/backend/address/approve/", who)
            if answer["status"] == "VALID":
                session = {**who, "backend_session_id": answer["backend_session_id"]}
                return self._post(self.kyc + "/api/v1/backend/address/", session)["address"]
            if answer["status"] != "PENDING":
                break
            self.sleep(5)
        raise Refused(answer["status"])

    def pay(self, transaction, demand, amount):
        """Post a payment. K2 keeps a transaction once: that it has it already is good."""
        row = {"request_id": 1, "trn_id": transaction, "refer": demand, "cur": "KZT", "amount": amount}
        answer = self._post(self.k2 + "/restapi/services/run/k2extreq_pay_from_eko", {"items": [row]})
        if answer["error_code"] != 0 and DUPLICATE not in answer["errors"][0]["error_text"]:
            raise Refused(answer["errors"][0]["error_text"])

    def _post(self, url, body):
        for wait in (1, 2, 4, 8, 16, None):
            try:
                request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
                with urllib.request.urlopen(request, timeout=30) as answer:
                    return json.loads(answer.read())
            except urllib.error.HTTPError as refusal:
                if refusal.code not in (409, 424, 429, 502, 503, 504) or wait is None:
                    raise Refused(refusal.read().decode()) from None
            except OSError:  # the connection: nobody knows whether the request was served
                if wait is None:
                    raise
            self.sleep(wait)
