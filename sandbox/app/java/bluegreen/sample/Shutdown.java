package bluegreen.sample;

import bluegreen.sample.web.WebServer;
import bluegreen.sample.web.WebSockets;

/**
 * The graceful end on SIGTERM, as in Spring Boot with Tomcat: no new connections, requests in flight (streams of
 * events too) are finished within the grace, then WebSockets are told to go away.
 */
final class Shutdown {
  private static final int SETTLE_MS = 100;

  static void run(WebServer server, RequestCount requests, WebSockets webSockets, long graceMs) {
    System.out.println("Commencing graceful shutdown. Waiting for active requests to complete");
    try {
      if (Trouble.hangsAtStop()) {
        Thread.sleep(Long.MAX_VALUE);
      }
      requests.stopKeepAlive();
      server.stopAccepting();
      // A request accepted a moment ago may not be counted yet.
      Thread.sleep(SETTLE_MS);
      var complete = requests.awaitNone(graceMs);
      System.out.println(complete ? "Graceful shutdown complete" : "Graceful shutdown aborted with requests active");
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    webSockets.goAway();
  }
}
