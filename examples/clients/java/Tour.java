import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.regex.Pattern;

/** The tour in Java 17, standard library only: {@code java Tour.java}. */
public class Tour {
    private static final String SIM = System.getenv().getOrDefault("SIM_URL", "http://127.0.0.1:8080");
    private static final String CONTROL = SIM + (SIM.contains("/s/") ? "/_sim" : "/_sim/sandboxes/default");
    private static final String RUN = SIM + "/restapi/services/run";
    private static final String WHO = "\"api_key\":\"my key\",\"iin\":\"901123300258\"";
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    public static void main(String[] args) throws Exception {
        post(CONTROL + "/reset", "{}"); // so that the tour can be run twice
        address();
        document();
        payment();
        System.out.println("the tour is done");
    }

    private static void address() throws Exception {
        String approve = SIM + "/api/v1/backend/address/approve/";
        expect("PENDING", field("status", post(approve, "{" + WHO + "}")));
        post(CONTROL + "/clock/advance", "{\"by\":\"5s\"}");
        String session = post(approve, "{" + WHO + "}");
        expect("VALID", field("status", session));
        String fetch = "{" + WHO + ",\"backend_session_id\":\"" + field("backend_session_id", session) + "\"}";
        expect("901123300258", field("iin", post(SIM + "/api/v1/backend/address/", fetch)));
        expect("Address data is empty or data already recieved",
                field("detail", post(SIM + "/api/v1/backend/address/", fetch)));
    }

    private static void document() throws Exception {
        String access = SIM + "/api/v1/backend/e-document/online-access";
        String phone = "77015550005";
        String session = post(access + "/request/identity_card/", "{" + WHO + ",\"phone\":\"" + phone + "\"}");
        String code = field("code", send(request(CONTROL + "/phones/" + phone).GET()));
        String paper = post(access + "/approve/", "{\"backend_session_id\":\"" + field("backend_session_id", session)
                + "\",\"code\":\"" + code + "\",\"file\":false,\"file_type\":\"pdf\"}");
        expect("identity_card", field("document_type", paper));
    }

    private static void payment() throws Exception {
        String agreement = "\"contract_number\":\"KD0000000001\",\"dbz_dt\":\"2014-02-08\"";
        post(RUN + "/k2loan_from_eko", "[{" + agreement
                + ",\"dbz_contract_number\":\"KD0000000001\",\"iinbin\":\"901123300258\",\"debt\":2000000}]");
        String demand = post(RUN + "/k2extreq_by_dbz", "{" + agreement + "}");
        String pay = "{\"items\":[{\"request_id\":1,\"trn_id\":504,\"refer\":\"" + field("code", demand)
                + "\",\"cur\":\"KZT\",\"amount\":2000}]}";
        expect("", field("error_text", post(RUN + "/k2extreq_pay_from_eko", pay)));
        expect("Обнаружены ошибки при приеме платежей", field("error_text", post(RUN + "/k2extreq_pay_from_eko", pay)));
        expect("2000.00", field("paid_amount", post(RUN + "/k2extreq_by_dbz", "{" + agreement + "}")));
    }

    private static HttpRequest.Builder request(String url) {
        return HttpRequest.newBuilder(URI.create(url)).header("Content-Type", "application/json");
    }

    private static String post(String url, String body) throws Exception {
        return send(request(url).POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private static String send(HttpRequest.Builder request) throws Exception {
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString()).body();
    }

    /** The first string member of that name: enough for a tour, no JSON parser. */
    private static String field(String name, String body) {
        var found = Pattern.compile("\"" + name + "\":\\s*\"([^\"]*)\"").matcher(body);
        return found.find() ? found.group(1) : "no " + name + " in " + body;
    }

    private static void expect(String want, String got) {
        if (!want.equals(got)) {
            throw new AssertionError("expected " + want + ", got " + got);
        }
    }
}
