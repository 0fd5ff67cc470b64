"""A simulator of KYC, K2 and ABS for the time of a test session.

Standard library only. Under `sim exec` the simulator is there already, and SIM_URL
says where; otherwise one is started: SIM_BIN names the binary, `sim` on the PATH if
it is unset.
"""
import json
import os
import re
import subprocess
import threading
import urllib.error
import urllib.parse
import urllib.request


class Simulator:
    """A simulator, this session's own or the one at SIM_URL."""

    def __init__(self):
        self.url = os.environ.get("SIM_URL")
        self._process = None

    def __enter__(self):
        if self.url is None:
            self._start()
        return self

    def _start(self):
        command = [os.environ.get("SIM_BIN", "sim"), "serve", "--addr", "127.0.0.1:0"]
        self._process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        # The port is open before the simulator says which it is: no need to poll.
        said = self._process.stderr.readline()
        found = re.search(r"http://[0-9.:]+", said)
        if found is None:
            self._process.kill()
            raise RuntimeError(f"{command} says: {said}{self._process.communicate()[1]}")
        self.url = found.group()
        threading.Thread(target=self._process.stderr.read, daemon=True).start()

    def __exit__(self, *_):
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=20)

    def operations(self):
        """The ids of all operations."""
        return [operation["id"] for operation in ask("GET", self.url + "/_sim/contract")["operations"]]

    def needs_not_meet(self, scope):
        """Declare what outcome coverage leaves out: [{on, outcome, reason}]."""
        ask("PUT", self.url + "/_sim/coverage/scope", scope)

    def sandbox(self, scenario=None, owner=""):
        """An isolated copy of the services, from a scenario of the library or a text.

        Its clock stands still until `advance`.
        """
        spec = {"owner": owner, "clock": {"mode": "frozen", "start": "2024-03-01T09:00:00+05:00"}}
        if scenario is not None:
            spec["scenario"] = scenario
        return Sandbox(ask("POST", self.url + "/_sim/sandboxes", spec), keep=self._process is None)


class Sandbox:
    """The services for one test, and what a test may know and do of them."""

    def __init__(self, info, keep):
        self._keep = keep  # by sim exec, among its artefacts; elsewhere it expires
        self.kyc, self.k2, self.abs = info["kyc_url"], info["k2_url"], info["abs_url"]
        self.control = info["base_url"] + "/_sim"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if not self._keep:
            ask("DELETE", self.control)

    def advance(self, by):
        """Let time pass, such as "30s"; everything that falls due is done."""
        ask("POST", self.control + "/clock/advance", {"by": by})

    def approve(self, iin):
        """Let a subject agree to share the address."""
        ask("POST", f"{self.control}/subjects/{iin}/answer", {"with": "approve"})

    def reject(self, iin):
        """Let a subject refuse."""
        ask("POST", f"{self.control}/subjects/{iin}/answer", {"with": "reject"})

    def otp(self, phone):
        """The code that 1414 last sent to a phone."""
        return ask("GET", f"{self.control}/phones/{phone}")["messages"][-1]["code"]

    def expect(self, on, **what):
        """Check the requests that were made: expect(on, outcome=…, when=…, count=…)."""
        ask("POST", self.control + "/expectations", {"on": on, **what})

    def check(self):
        """Check that the client has done what the scenario says that it must."""
        verdict = ask("GET", self.control + "/verdict")
        missing = [m["expected"] + "\n" + m["difference"] for m in verdict["must"] if not m["passed"]]
        assert verdict["passed"], "the client has not done what it must: " + "\n".join(missing)

    def journal(self):
        """What the sandbox got, a line a request, for a test that has failed."""
        lines = []
        for r in reversed(ask("GET", self.control + "/requests")["requests"]):
            path = urllib.parse.urlsplit(r["url"]).path
            met = " ".join(str(r[k]) for k in ("status", "outcome", "fault", "rule") if r.get(k))
            lines.append(f"{r['id']} {r['method']} {path}: {met}")
        return "\n".join(lines)


def ask(method, url, body=None):
    """Ask the control API. What it refuses is an AssertionError with its reason."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.loads(answer.read() or b"null")
    except urllib.error.HTTPError as refusal:
        problem = json.loads(refusal.read())
        raise AssertionError("\n".join(filter(None, [problem["detail"], problem.get("difference")]))) from None
