package bluegreen.sample;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** Requests in flight: counted until their answer is handed to the kernel. */
final class RequestCount {
  private int inFlight;
  private boolean stopping;

  HttpHandler counted(HttpHandler handler) {
    return exchange -> {
      begin(exchange);
      try (exchange) {
        handler.handle(exchange);
      } catch (IOException | RuntimeException failure) {
        failure.printStackTrace();
        throw failure;
      } finally {
        end();
      }
    };
  }

  private synchronized void begin(HttpExchange exchange) {
    inFlight++;
    if (stopping) {
      exchange.getResponseHeaders().set("Connection", "close");
    }
  }

  private synchronized void end() {
    inFlight--;
    notifyAll();
  }

  /** From now on each answer tells its client to close the connection. */
  synchronized void stopKeepAlive() {
    stopping = true;
  }

  /** Waits until no request is in flight; false when the time is over first. */
  synchronized boolean awaitNone(long milliseconds) throws InterruptedException {
    var deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(milliseconds);
    while (inFlight > 0) {
      var left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return true;
  }
}
