import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;

/** The client that these tests test: it posts payments to K2. */
final class Payments {
    private static final Set<Integer> PASSING = Set.of(429, 502, 503, 504);
    private static final int ATTEMPTS = 6;

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI url;
    private final Consumer<Duration> sleep;

    Payments(String k2, Consumer<Duration> sleep) {
        this.url = URI.create(k2 + "/restapi/services/run/k2extreq_pay_from_eko");
        this.sleep = sleep;
    }

    /** Posts a payment. K2 keeps a transaction once: that it has it already is good. */
    void pay(long transaction, String demand, String amount) throws IOException, InterruptedException {
        String body = """
                {"items":[{"request_id":1,"trn_id":%d,"refer":"%s","cur":"KZT","amount":%s}]}"""
                .formatted(transaction, demand, amount);
        String answer = post(body);
        if (!answer.contains("\"error_code\":0") && !answer.contains("k2extreq_pay_trn_id_uindex")) {
            throw new IOException("K2 refuses: " + answer);
        }
    }

    private String post(String body) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(url).timeout(Duration.ofSeconds(30))
                .header("Content-Type", "application/json").POST(BodyPublishers.ofString(body)).build();
        for (int attempt = 1; ; attempt++) {
            try {
                var answer = http.send(request, BodyHandlers.ofString());
                if (answer.statusCode() == 200) {
                    return answer.body();
                }
                if (!PASSING.contains(answer.statusCode()) || attempt == ATTEMPTS) {
                    throw new IllegalStateException("K2 answers " + answer.statusCode());
                }
            } catch (IOException lost) { // nobody knows whether the request was served
                if (attempt == ATTEMPTS) {
                    throw lost;
                }
            }
            sleep.accept(Duration.ofSeconds(1L << (attempt - 1)));
        }
    }
}
