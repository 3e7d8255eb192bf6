package bluegreen.sample.web;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The open WebSockets of the app. As in Tomcat they are no requests in flight, and end with 1001 when it stops. */
public final class WebSockets {
  private static final String MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  private final Set<WebSocket> open = new HashSet<>();
  private boolean isStopping;

  /** Opens a WebSocket, or refuses with 400 a request that doesn't ask for one. */
  public void handle(Exchange exchange) throws IOException {
    var key = exchange.header("Sec-WebSocket-Key");
    if (!"websocket".equalsIgnoreCase(exchange.header("Upgrade")) || key == null
        || !"13".equals(exchange.header("Sec-WebSocket-Version")) || !exchange.method().equals("GET")) {
      exchange.answer(400, "text/plain", "a WebSocket handshake is needed");
      return;
    }
    exchange.set("Sec-WebSocket-Accept", accept(key));
    exchange.switchTo("websocket", (input, output) -> {
      var socket = new WebSocket(output);
      add(socket);
      try {
        socket.echo(input);
      } finally {
        remove(socket);
      }
    });
  }

  /** Closes all with 1001 (going away), and those that open from now on. */
  public void goAway() {
    stop().forEach(WebSockets::closeOne);
  }

  private synchronized List<WebSocket> stop() {
    isStopping = true;
    return List.copyOf(open);
  }

  private synchronized void add(WebSocket socket) {
    open.add(socket);
    if (isStopping) {
      closeOne(socket);
    }
  }

  private synchronized void remove(WebSocket socket) {
    open.remove(socket);
  }

  private static void closeOne(WebSocket socket) {
    try {
      socket.close(1001, "The web application is stopping");
    } catch (IOException gone) {
      // The client closed before us.
    }
  }

  private static String accept(String key) {
    try {
      var digest = MessageDigest.getInstance("SHA-1").digest((key + MAGIC).getBytes(StandardCharsets.ISO_8859_1));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
