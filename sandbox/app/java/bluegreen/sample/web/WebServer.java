package bluegreen.sample.web;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A small HTTP/1.1 server with a thread for each connection. The JDK's own can't hand over a connection after 101,
 * which a WebSocket on the same port needs.
 */
public final class WebServer {
  private static final int BACKLOG = 1024;

  private final ServerSocket listener = new ServerSocket();
  private final Map<String, Handler> handlers =
      new TreeMap<>(Comparator.comparingInt(String::length).reversed().thenComparing(Comparator.naturalOrder()));
  private final ExecutorService connections = Executors.newCachedThreadPool(task -> {
    var thread = new Thread(task, "connection");
    thread.setDaemon(true);
    return thread;
  });

  /** Takes the port; what connects is served from `start` on. Fails when the port is taken. */
  public WebServer(String address, int port) throws IOException {
    listener.bind(new InetSocketAddress(address, port), BACKLOG);
  }

  /** Adds what answers requests whose path begins so; the longest beginning wins. Before `start`. */
  public void add(String path, Handler handler) {
    handlers.put(path, handler);
  }

  public void start() {
    new Thread(this::accept, "accept").start();
  }

  /** Refuses new connections; those that are there are served on. */
  public void stopAccepting() {
    try {
      listener.close();
    } catch (IOException failure) {
      failure.printStackTrace();
    }
  }

  Handler find(String path) {
    for (var entry : handlers.entrySet()) {
      if (path.startsWith(entry.getKey())) {
        return entry.getValue();
      }
    }
    return exchange -> exchange.answer(404, "text/plain", "not found");
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        connections.execute(new Connection(listener.accept(), this));
      } catch (IOException failure) {
        if (!listener.isClosed()) {
          failure.printStackTrace();
        }
      }
    }
  }
}
