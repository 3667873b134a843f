// Submits documents, follows events and verifies webhooks, with Java 17 and its standard library alone.
//   java Sarbon.java submit DOCUMENT.json ... | events POSITION COUNT | webhook ID TIMESTAMP SIGNATURE < BODY
// NODE=https://node.example:8443, SARBON_TOKEN=sarbon_..., SARBON_SECRET=whsec_... (webhooks)
import java.net.URI;
import java.net.http.*;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.*;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.regex.*;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

public class Sarbon {
    static final HttpClient HTTP = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

    static HttpRequest.Builder at(String path) {
        return HttpRequest.newBuilder(URI.create(System.getenv("NODE") + "/api/v1" + path))
                .timeout(Duration.ofSeconds(90))
                .header("Authorization", "Bearer " + System.getenv("SARBON_TOKEN"));
    }

    /** Sends a request, again as it is (the key too) when no answer comes, or the node asks to wait. */
    static String ask(HttpRequest request) throws Exception {
        for (int attempt = 1; ; attempt++) {
            long wait = Math.min(30, 1L << attempt);
            try {
                var answer = HTTP.send(request, BodyHandlers.ofString());
                int status = answer.statusCode();
                if (status < 300) return answer.body();
                if ((status != 429 && status < 500) || attempt == 8)
                    throw new IllegalStateException(status + " " + answer.body()); // a problem document
                wait = Math.max(wait, answer.headers().firstValueAsLong("Retry-After").orElse(0));
            } catch (java.io.IOException lost) {
                if (attempt == 8) throw lost;
            }
            Thread.sleep(wait * 1000);
        }
    }

    /** Submits a file under its name as the key: submitted again, it is sent once. */
    static String submit(Path file) throws Exception {
        return ask(at("/documents").header("Content-Type", "application/json")
                .header("Idempotency-Key", file.getFileName().toString())
                .POST(HttpRequest.BodyPublishers.ofFile(file)).build());
    }

    /** Prints events after a position, in order; keep the last position, and begin after it next time. */
    static void events(long position, int count) throws Exception {
        var event = Pattern.compile("\"type\":\"(sarbon[^\"]*)\".*?\"subject\":\"([^\"]*)\",.*?\"sequence\":\"0*(\\d+)\"");
        while (count > 0) {
            var page = ask(at("/events?wait=25&limit=100&after=" + position).GET().build());
            for (var found = event.matcher(page); count > 0 && found.find(); count--)
                System.out.println(found.group(3) + " " + found.group(1) + " " + found.group(2));
            var last = Pattern.compile("\"position\":(-?\\d+)}").matcher(page);
            if (last.find()) position = Long.parseLong(last.group(1));
        }
    }

    /** Says whether the node signed this webhook in the last five minutes (Standard Webhooks 1.0). */
    static boolean isSigned(String id, String at, String signatures, byte[] body, String secret) throws Exception {
        if (Math.abs(System.currentTimeMillis() / 1000 - Long.parseLong(at)) > 300) return false;
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(Base64.getDecoder().decode(secret.replace("whsec_", "")), "HmacSHA256"));
        mac.update((id + "." + at + ".").getBytes());
        var expected = "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
        for (var one : signatures.split(" ")) // in constant time
            if (MessageDigest.isEqual(one.getBytes(), expected.getBytes())) return true;
        return false;
    }

    public static void main(String[] args) throws Exception {
        switch (args[0]) {
            case "submit" -> { for (int i = 1; i < args.length; i++) System.out.println(submit(Path.of(args[i]))); }
            case "events" -> events(Long.parseLong(args[1]), Integer.parseInt(args[2]));
            default -> System.out.println(isSigned(args[1], args[2], args[3], System.in.readAllBytes(),
                    System.getenv("SARBON_SECRET")) ? "signed" : "not signed");
        }
    }
}
