"""The same without pytest: `python3 -m unittest test_with_unittest` in this folder."""
import unittest

from client import Client, Refused
from simulator import Simulator


class PaymentTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.simulator = Simulator().__enter__()
        cls.addClassCleanup(cls.simulator.__exit__)

    def start(self, scenario):
        sim = self.simulator.sandbox(scenario, owner=self.id())
        self.addCleanup(sim.__exit__)
        return sim, Client(sim.kyc, sim.k2, "my key", sleep=lambda seconds: sim.advance(f"{seconds}s"))

    def test_a_lost_reply_is_paid_once(self):
        sim, client = self.start("payment-lost-reply")
        client.pay(11, "PTPJ000000000001", 2000)
        sim.check()

    def test_a_new_number_for_a_retry_is_found(self):
        sim, client = self.start("payment-lost-reply")
        client.pay(11, "PTPJ000000000001", 2000)
        client.pay(12, "PTPJ000000000001", 2000)
        with self.assertRaisesRegex(AssertionError, "there were 2"):
            sim.expect("k2.k2extreq_pay_from_eko", outcome="accepted", count=1)

    def test_a_debtor_who_refuses(self):
        _, client = self.start("address-rejected")
        with self.assertRaisesRegex(Refused, "INVALID"):
            client.address("901123300258")


if __name__ == "__main__":
    unittest.main()
