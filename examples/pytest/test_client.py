"""Run them by `sim exec -- pytest`, or by `pytest` alone with `sim` on the PATH."""
import pytest

from client import Refused
from simulator import ask

DEBTOR = "901123300258"

# Every no that a service can say to the client, once.
SUBSCRIPTION = ["subscription-not-started", "no-subscription-for-technology", "no-subscription"]
REFUSALS = {
    "kyc.address.approve": ["invalid", "not-found", "timeout", *SUBSCRIPTION],
    "kyc.address.get": ["already-received", "token-expired", *SUBSCRIPTION],
    "k2.k2extreq_pay_from_eko": ["unknown-refer"],
}


def once(on, outcome):
    rules = f"rules: [{{on: {on}, do: [{outcome}, pass]}}]"
    return f"{{version: 1, scenario: once, about: One answer., {rules}}}"


@pytest.mark.scenario("payment-lost-reply")
def test_a_lost_reply_is_paid_once(client, sim):
    client.pay(11, "PTPJ000000000001", 2000)
    sim.expect("k2.k2extreq_pay_from_eko", when="body.items[0].trn_id == 11", count=2)


@pytest.mark.scenario("address-approved")
def test_an_address_is_collected(client):
    assert client.address(DEBTOR)["country"]["nameRu"] == "КАЗАХСТАН"


@pytest.mark.scenario("address-ignored")
def test_a_debtor_who_does_not_answer(client, sim):
    with pytest.raises(Refused, match="TIMEOUT"):
        client.address(DEBTOR)
    sim.expect("kyc.address.approve", outcome="timeout", count=1)


@pytest.mark.scenario("address-service-down")
def test_a_service_that_is_down_for_a_while(client, sim):
    client.address(DEBTOR)
    sim.expect("kyc.address.*", outcome="upstream-down", count=">=2")


def test_a_code_is_read_from_the_phone(client, sim):
    access = sim.kyc + "/api/v1/backend/e-document/online-access"
    session = ask("POST", f"{access}/request/passport/", {"api_key": "my key", "iin": DEBTOR, "phone": "77015550001"})
    document = ask("POST", f"{access}/approve/", {**session, "code": sim.otp("77015550001"), "file": False, "file_type": "pdf"})
    assert document["document_type"] == "passport"


@pytest.mark.parametrize(
    "sim", [pytest.param(once(on, outcome), id=f"{on}-{outcome}") for on in REFUSALS for outcome in REFUSALS[on]], indirect=True
)
def test_a_no_is_told(client, sim):
    with pytest.raises(Refused):
        client.address(DEBTOR)
        client.pay(11, "PTPJ000000000001", 2000)
