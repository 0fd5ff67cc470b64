import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SimulatorExtension.class)
class PaymentsTest {
    private static final String DEMAND = "PTPJ000000000001";

    @Test
    @Scenario("payment-lost-reply")
    void aLostReplyIsPaidOnce(Sandbox sim) throws Exception {
        new Payments(sim.k2, sim::advance).pay(11, DEMAND, "2000.00");
        sim.expect("{\"on\":\"k2.k2extreq_pay_from_eko\",\"when\":\"body.items[0].trn_id == 11\",\"count\":2}");
    }

    @Test
    @Scenario("service-flapping")
    void aServiceThatFlapsIsAskedAgain(Sandbox sim) throws Exception {
        new Payments(sim.k2, sim::advance).pay(11, DEMAND, "1.00");
        sim.expect("{\"on\":\"k2.k2extreq_pay_from_eko\",\"outcome\":\"accepted\",\"count\":1}");
    }

    @Test
    @Scenario("payment-lost-reply")
    void aNewNumberForARetryIsFound(Sandbox sim) throws Exception {
        var payments = new Payments(sim.k2, sim::advance);
        payments.pay(11, DEMAND, "2000.00");
        payments.pay(12, DEMAND, "2000.00"); // what a wrong client would do
        var found = assertThrows(AssertionError.class, () ->
                sim.expect("{\"on\":\"k2.k2extreq_pay_from_eko\",\"outcome\":\"accepted\",\"count\":1}"));
        assertTrue(found.getMessage().contains("there were 2"), found.getMessage());
    }

    @Test
    void timePasses(Sandbox sim) {
        String approve = sim.kyc + "/api/v1/backend/address/approve/";
        String who = "{\"api_key\":\"my key\",\"iin\":\"901123300258\"}";
        assertEquals("PENDING", Json.text("status", Json.ask("POST", approve, who)));
        sim.advance(Duration.ofSeconds(5));
        assertEquals("VALID", Json.text("status", Json.ask("POST", approve, who)));
    }
}
