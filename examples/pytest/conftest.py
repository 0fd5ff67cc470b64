"""A simulator for the session, a sandbox for each test.

`@pytest.mark.scenario("payment-lost-reply")` lets a test start from a scenario: a
name of the library, or a text; a parameter of `sim` does it, too. What it says that the client must do is checked
when the test has passed; of a test that has failed the report has the journal.
"""
import pytest

from client import Client
from simulator import Simulator

# What the client calls. `sim exec --min-coverage` doesn't ask for other operations, nor for
# what the client doesn't do.
CALLED = ["kyc.address.approve", "kyc.address.get", "k2.k2extreq_pay_from_eko"]
NOT_DONE = [
    {"on": "*", "outcome": "malformed", "reason": "the client's bodies have one form"},
    {"on": "*", "outcome": "bad-row", "reason": "amounts are positive"},
]


def pytest_configure(config):
    config.addinivalue_line("markers", "scenario(name): the scenario that the test's sandbox starts from")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    sim = getattr(item, "funcargs", {}).get("sim")
    if report.when == "call":
        item.failed = report.failed
        if report.failed and sim is not None:
            report.sections.append(("Requests that the sandbox got", sim.journal()))


@pytest.fixture(scope="session")
def simulator():
    with Simulator() as running:
        running.needs_not_meet(NOT_DONE + [
            {"on": operation, "reason": "the client doesn't call it"}
            for operation in running.operations() if operation not in CALLED
        ])
        yield running


@pytest.fixture
def sim(simulator, request):
    marker = request.node.get_closest_marker("scenario")
    scenario = marker.args[0] if marker else getattr(request, "param", None)
    with simulator.sandbox(scenario, owner=request.node.name) as sandbox:
        yield sandbox
        if not getattr(request.node, "failed", True):
            sandbox.check()


@pytest.fixture
def client(sim):
    """The client under test. When it sleeps, the sandbox's time passes."""
    return Client(sim.kyc, sim.k2, "my key", sleep=lambda seconds: sim.advance(f"{seconds}s"))
