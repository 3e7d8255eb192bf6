package bluegreen.sample;

import bluegreen.sample.web.Exchange;
import bluegreen.sample.web.Handler;
import bluegreen.sample.web.WebServer;
import bluegreen.sample.web.WebSockets;
import bluegreen.sample.work.Work;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What the app answers. */
final class Endpoints {
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final String JSON = "application/json";

  private final String version;
  private final int port;
  private final List<String> args;
  private final TurnBad turnBad;
  private final WebSockets webSockets;

  Endpoints(String version, int port, String[] args, TurnBad turnBad, WebSockets webSockets) {
    this.version = version;
    this.port = port;
    this.args = List.of(args);
    this.turnBad = turnBad;
    this.webSockets = webSockets;
  }

  void addApplication(WebServer server, RequestCount requests) {
    Map<String, Handler> handlers = Map.of(
        "/", this::root,
        "/version", exchange -> exchange.answer(200, TEXT, version),
        "/slow", this::slow,
        "/echo", this::echo,
        "/env", this::environment,
        "/args", this::arguments,
        "/work", this::work,
        "/events", this::events,
        "/headers", this::headers,
        "/ws", webSockets::handle);
    handlers.forEach((path, handler) ->
        server.add(path, requests.counted(turnBad.suffering(handler, Endpoints::fail))));
    server.add("/requests", exchange -> exchange.answer(200, TEXT, "" + requests.total()));
    server.add("/leak", this::leak);
  }

  void addHealth(WebServer server, RequestCount requests) {
    server.add("/actuator/health", requests.counted(this::health));
  }

  private void root(Exchange exchange) throws IOException {
    if (!exchange.path().equals("/")) {
      exchange.answer(404, TEXT, "not found");
      return;
    }
    var pid = ProcessHandle.current().pid();
    exchange.answer(200, TEXT, "version=" + version + " pid=" + pid + " port=" + port);
  }

  private void slow(Exchange exchange) throws IOException {
    var milliseconds = Long.parseLong(exchange.parameter("ms", "5000"));
    try {
      Thread.sleep(milliseconds);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    exchange.answer(200, TEXT, "version=" + version + " slept=" + milliseconds);
  }

  private void leak(Exchange exchange) throws IOException {
    if (!exchange.method().equals("POST")) {
      exchange.answer(405, TEXT, "POST only");
      return;
    }
    exchange.answer(202, TEXT, "leaking");
    Trouble.leak();
  }

  private void work(Exchange exchange) throws IOException {
    exchange.answer(200, TEXT, "version=" + version + " checksum=" + Work.checksum());
  }

  /** Server-sent events, until the client or the app ends. */
  private void events(Exchange exchange) throws IOException {
    var everyMs = Math.max(1, Long.parseLong(exchange.parameter("every", "1000")));
    exchange.set("Cache-Control", "no-cache");
    try (var stream = exchange.stream("text/event-stream")) {
      for (var count = 1; ; count++) {
        stream.write(("data: version=" + version + " event=" + count + "\n\n").getBytes(StandardCharsets.UTF_8));
        Thread.sleep(everyMs);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void echo(Exchange exchange) throws IOException {
    if (!exchange.method().equals("POST")) {
      exchange.answer(405, TEXT, "POST only");
      return;
    }
    var digest = sha256();
    var length = 0L;
    var buffer = new byte[65536];
    var body = exchange.body();
    for (var count = body.read(buffer); count >= 0; count = body.read(buffer)) {
      digest.update(buffer, 0, count);
      length += count;
    }
    exchange.answer(200, TEXT, "length=" + length + " sha256=" + HexFormat.of().formatHex(digest.digest()));
  }

  private void environment(Exchange exchange) throws IOException {
    var value = System.getenv(exchange.parameter("name", ""));
    exchange.answer(value == null ? 404 : 200, TEXT, value == null ? "not set" : value);
  }

  private void arguments(Exchange exchange) throws IOException {
    var jvm = ManagementFactory.getRuntimeMXBean().getInputArguments();
    exchange.answer(200, JSON, "{\"jvm\":" + json(jvm) + ",\"args\":" + json(args)
        + ",\"directory\":" + json(System.getProperty("user.dir"))
        + ",\"user\":" + json(System.getProperty("user.name")) + "}");
  }

  /** The headers of the request, as they reached the app. */
  private void headers(Exchange exchange) throws IOException {
    exchange.answer(200, JSON, exchange.headers().entrySet().stream()
        .map(header -> json(header.getKey().toLowerCase()) + ":" + json(header.getValue()))
        .collect(Collectors.joining(",", "{", "}")));
  }

  private void health(Exchange exchange) throws IOException {
    switch (turnBad.isUnhealthy() ? "down" : System.getenv().getOrDefault("SAMPLE_HEALTH", "up")) {
      case "down" -> exchange.answer(503, JSON, "{\"status\":\"DOWN\"}");
      case "redirect" -> {
        exchange.set("Location", "/login");
        exchange.answer(302, TEXT, "");
      }
      case "unauthorized" -> {
        exchange.set("WWW-Authenticate", "Basic realm=\"Realm\"");
        exchange.answer(401, TEXT, "");
      }
      default -> exchange.answer(200, JSON, "{\"status\":\"UP\"}");
    }
  }

  private static void fail(Exchange exchange) throws IOException {
    exchange.answer(500, JSON, "{\"status\":500,\"error\":\"Internal Server Error\"}");
  }

  private static String json(List<String> values) {
    return values.stream().map(Endpoints::json).collect(Collectors.joining(",", "[", "]"));
  }

  private static String json(String value) {
    var text = new StringBuilder("\"");
    value.chars().forEach(c -> {
      if (c == '"' || c == '\\' || c < 0x20) {
        text.append(String.format("\\u%04x", c));
      } else {
        text.append((char) c);
      }
    });
    return text.append('"').toString();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
