package bluegreen.sample;

import bluegreen.sample.web.Exchange;
import bluegreen.sample.web.Handler;
import java.util.concurrent.TimeUnit;

/** Requests in flight: counted until their answer is handed to the kernel. */
final class RequestCount {
  private int inFlight;
  private long begun;
  private boolean stopping;

  Handler counted(Handler handler) {
    return exchange -> {
      begin(exchange);
      try {
        handler.handle(exchange);
      } finally {
        end();
      }
    };
  }

  private synchronized void begin(Exchange exchange) {
    inFlight++;
    begun++;
    if (stopping) {
      exchange.makeLast();
    }
  }

  /** How many have come since the start, health requests included. */
  synchronized long total() {
    return begun;
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
