package bluegreen.sample.web;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Serves one client until either side closes. */
final class Connection implements Runnable {
  private static final int IDLE_MS = 60_000;

  private final Socket socket;
  private final WebServer server;

  Connection(Socket socket, WebServer server) {
    this.socket = socket;
    this.server = server;
  }

  @Override
  public void run() {
    try (socket) {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(IDLE_MS);
      var input = new ConnectionInput(socket.getInputStream());
      while (serveOne(input, socket.getOutputStream())) {
        // The next request.
      }
    } catch (IOException gone) {
      // The client has gone, was silent for too long, or speaks no HTTP: nobody is left to tell.
    } catch (RuntimeException failure) {
      failure.printStackTrace();
    }
  }

  /** Answers one request; tells whether another may come. */
  private boolean serveOne(ConnectionInput input, OutputStream output) throws IOException {
    var head = Head.read(input);
    if (head == null) {
      return false;
    }
    var body = new RequestBody(input, head);
    if (head.has("Expect", "100-continue") && !body.isOver()) {
      output.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
    }
    var exchange = new Exchange(head, body, output);
    server.find(head.path()).handle(exchange);
    if (exchange.talk() != null) {
      socket.setSoTimeout(0);
      exchange.talk().run(input, output);
      return false;
    }
    // A body left unread would be taken for the next request, or reset the connection under the answer.
    body.transferTo(OutputStream.nullOutputStream());
    return !exchange.isLast();
  }
}
