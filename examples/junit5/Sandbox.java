import java.time.Duration;
import java.util.regex.Pattern;

/** The services for one test, and what a test may know and do of them. */
public final class Sandbox {
    public final String kyc;
    public final String k2;
    public final String abs;
    private final String control;
    private final boolean keep;

    /** To keep it is for sim exec, whose artefacts have it; elsewhere it expires. */
    Sandbox(String info, boolean keep) {
        this.keep = keep;
        kyc = Json.text("kyc_url", info);
        k2 = Json.text("k2_url", info);
        abs = Json.text("abs_url", info);
        control = Json.text("base_url", info) + "/_sim";
    }

    /** Lets time pass; everything that falls due is done when it returns. */
    public void advance(Duration by) {
        Json.ask("POST", control + "/clock/advance", "{\"by\":\"" + by.toMillis() + "ms\"}");
    }

    /** Lets a subject agree to share the address. */
    public void approve(String iin) {
        Json.ask("POST", control + "/subjects/" + iin + "/answer", "{\"with\":\"approve\"}");
    }

    /** Lets a subject refuse. */
    public void reject(String iin) {
        Json.ask("POST", control + "/subjects/" + iin + "/answer", "{\"with\":\"reject\"}");
    }

    /** The code that 1414 sent to a phone, if it is the only one. */
    public String otp(String phone) {
        return Json.text("code", Json.ask("GET", control + "/phones/" + phone, null));
    }

    /** Checks the requests that were made, e.g. {@code {"on": "k2.*", "outcome": "accepted", "count": 1}}. */
    public void expect(String expectation) {
        Json.ask("POST", control + "/expectations", expectation);
    }

    /** Checks that the client has done what the scenario says that it must. */
    void check() {
        String verdict = Json.ask("GET", control + "/verdict", null);
        if (Pattern.compile("\"passed\":\\s*false").matcher(verdict).find()) {
            throw new AssertionError("the client has not done what it must: " + verdict);
        }
    }

    /** Every request with what it met, for a test that has failed. */
    String journal() {
        return Json.ask("GET", control + "/requests", null);
    }

    void close() {
        if (!keep) {
            Json.ask("DELETE", control, null);
        }
    }
}
