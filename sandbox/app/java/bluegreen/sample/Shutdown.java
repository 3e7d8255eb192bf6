package bluegreen.sample;

import com.sun.net.httpserver.HttpServer;

/** The graceful end on SIGTERM: no new connections, requests in flight are finished within 30 seconds. */
final class Shutdown {
  private static final int GRACE_SECONDS = 30;
  private static final int SETTLE_MS = 100;

  static void run(HttpServer server, RequestCount requests) {
    System.out.println("Commencing graceful shutdown. Waiting for active requests to complete");
    try {
      if ("1".equals(System.getenv("SAMPLE_HANG_AT_STOP"))) {
        Thread.sleep(Long.MAX_VALUE);
      }
      requests.stopKeepAlive();
      // stop() closes the listening socket at once, then sleeps its whole delay even with nothing to wait for.
      var stopper = new Thread(() -> server.stop(GRACE_SECONDS), "stop-accepting");
      stopper.setDaemon(true);
      stopper.start();
      // A request accepted a moment ago may not be counted yet.
      Thread.sleep(SETTLE_MS);
      var complete = requests.awaitNone(GRACE_SECONDS * 1000L);
      System.out.println(complete ? "Graceful shutdown complete" : "Graceful shutdown aborted with requests active");
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
