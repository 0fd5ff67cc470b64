import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A simulator of KYC, K2 and ABS: the one at SIM_URL, as under {@code sim exec}, or one of this
 * process's own. SIM_BIN names the binary to start, {@code sim} on the PATH if it is unset.
 */
final class Simulator implements ExtensionContext.Store.CloseableResource {
    private final Process process;
    final String url;

    private Simulator(Process process, String url) {
        this.process = process;
        this.url = url;
    }

    static Simulator start() {
        String url = System.getenv("SIM_URL");
        if (url != null) {
            return new Simulator(null, url);
        }
        try {
            String binary = System.getenv().getOrDefault("SIM_BIN", "sim");
            Process process = new ProcessBuilder(binary, "serve", "--addr", "127.0.0.1:0").start();
            var said = new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8));
            // The port is open before the simulator says which it is: no need to poll.
            String line = said.readLine();
            var found = Pattern.compile("http://[0-9.:]+").matcher(line == null ? "" : line);
            if (!found.find()) {
                process.destroy();
                throw new IllegalStateException(binary + " says: " + line);
            }
            drain(said);
            return new Simulator(process, found.group());
        } catch (IOException e) {
            throw new IllegalStateException("the simulator does not start", e);
        }
    }

    private static void drain(BufferedReader said) {
        var thread = new Thread(() -> said.lines().forEach(line -> { }));
        thread.setDaemon(true);
        thread.start();
    }

    /** An isolated copy of the services, whose clock stands still until it is advanced. */
    Sandbox sandbox(String scenario, String owner) {
        String from = scenario == null ? "" : ",\"scenario\":\"" + scenario + "\"";
        return new Sandbox(Json.ask("POST", url + "/_sim/sandboxes", "{\"owner\":\"" + owner + "\""
                + ",\"clock\":{\"mode\":\"frozen\",\"start\":\"2024-03-01T09:00:00+05:00\"}" + from + "}"), process == null);
    }

    @Override
    public void close() throws InterruptedException {
        if (process != null) {
            process.destroy(); // SIGTERM
            process.waitFor(20, TimeUnit.SECONDS);
        }
    }
}
