package bluegreen.sample;

import bluegreen.sample.work.Work;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
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

  Endpoints(String version, int port, String[] args, TurnBad turnBad) {
    this.version = version;
    this.port = port;
    this.args = List.of(args);
    this.turnBad = turnBad;
  }

  void addApplication(HttpServer server, RequestCount requests) {
    Map<String, HttpHandler> handlers = Map.of(
        "/", this::root,
        "/version", exchange -> answer(exchange, 200, TEXT, version),
        "/slow", this::slow,
        "/echo", this::echo,
        "/env", this::environment,
        "/args", this::arguments,
        "/work", this::work);
    handlers.forEach((path, handler) ->
        server.createContext(path, requests.counted(turnBad.suffering(handler, Endpoints::fail))));
  }

  void addHealth(HttpServer server, RequestCount requests) {
    server.createContext("/actuator/health", requests.counted(this::health));
  }

  private void root(HttpExchange exchange) throws IOException {
    if (!exchange.getRequestURI().getPath().equals("/")) {
      answer(exchange, 404, TEXT, "not found");
      return;
    }
    var pid = ProcessHandle.current().pid();
    answer(exchange, 200, TEXT, "version=" + version + " pid=" + pid + " port=" + port);
  }

  private void slow(HttpExchange exchange) throws IOException {
    var milliseconds = Long.parseLong(parameter(exchange, "ms", "5000"));
    try {
      Thread.sleep(milliseconds);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    answer(exchange, 200, TEXT, "version=" + version + " slept=" + milliseconds);
  }

  private void work(HttpExchange exchange) throws IOException {
    answer(exchange, 200, TEXT, "version=" + version + " checksum=" + Work.checksum());
  }

  private void echo(HttpExchange exchange) throws IOException {
    if (!exchange.getRequestMethod().equals("POST")) {
      answer(exchange, 405, TEXT, "POST only");
      return;
    }
    var digest = sha256();
    var length = 0L;
    var buffer = new byte[65536];
    var body = exchange.getRequestBody();
    for (var count = body.read(buffer); count >= 0; count = body.read(buffer)) {
      digest.update(buffer, 0, count);
      length += count;
    }
    answer(exchange, 200, TEXT, "length=" + length + " sha256=" + HexFormat.of().formatHex(digest.digest()));
  }

  private void environment(HttpExchange exchange) throws IOException {
    var value = System.getenv(parameter(exchange, "name", ""));
    answer(exchange, value == null ? 404 : 200, TEXT, value == null ? "not set" : value);
  }

  private void arguments(HttpExchange exchange) throws IOException {
    var jvm = ManagementFactory.getRuntimeMXBean().getInputArguments();
    answer(exchange, 200, JSON, "{\"jvm\":" + json(jvm) + ",\"args\":" + json(args)
        + ",\"directory\":" + json(System.getProperty("user.dir"))
        + ",\"user\":" + json(System.getProperty("user.name")) + "}");
  }

  private void health(HttpExchange exchange) throws IOException {
    switch (turnBad.isUnhealthy() ? "down" : System.getenv().getOrDefault("SAMPLE_HEALTH", "up")) {
      case "down" -> answer(exchange, 503, JSON, "{\"status\":\"DOWN\"}");
      case "redirect" -> {
        exchange.getResponseHeaders().set("Location", "/login");
        answer(exchange, 302, TEXT, "");
      }
      case "unauthorized" -> {
        exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"Realm\"");
        answer(exchange, 401, TEXT, "");
      }
      default -> answer(exchange, 200, JSON, "{\"status\":\"UP\"}");
    }
  }

  private static void fail(HttpExchange exchange) throws IOException {
    answer(exchange, 500, JSON, "{\"status\":500,\"error\":\"Internal Server Error\"}");
  }

  private static void answer(HttpExchange exchange, int status, String type, String text) throws IOException {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    var withoutBody = bytes.length == 0 || exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, withoutBody ? -1 : bytes.length);
    if (!withoutBody) {
      exchange.getResponseBody().write(bytes);
    }
  }

  private static String parameter(HttpExchange exchange, String name, String otherwise) {
    var query = exchange.getRequestURI().getQuery();
    for (var pair : query == null ? new String[0] : query.split("&")) {
      if (pair.startsWith(name + "=")) {
        return pair.substring(name.length() + 1);
      }
    }
    return otherwise;
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
