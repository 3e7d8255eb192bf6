package bluegreen.sample;

import bluegreen.sample.web.Exchange;
import bluegreen.sample.web.Handler;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A release that is good until it has traffic: it turns bad SAMPLE_TURN_BAD_AFTER_MS (3000) after the first request
 * that came through nginx, in the way that SAMPLE_TURN_BAD names. Health requests neither start it nor suffer.
 */
final class TurnBad {
  enum Way { NEVER, ERRORS, SLOW, EXIT, UNHEALTHY }

  private static final int SLOW_MS = 3000;
  private static final int EXIT_CODE = 3;

  private final Way way;
  private final long afterMs;
  private final AtomicBoolean hasTraffic = new AtomicBoolean();
  private volatile Way current = Way.NEVER;

  private TurnBad(Way way, long afterMs) {
    this.way = way;
    this.afterMs = afterMs;
  }

  /** Fails on a way that is none of the above. */
  static TurnBad read(Map<String, String> environment) {
    return new TurnBad(
        Way.valueOf(environment.getOrDefault("SAMPLE_TURN_BAD", "never").toUpperCase()),
        Long.parseLong(environment.getOrDefault("SAMPLE_TURN_BAD_AFTER_MS", "3000")));
  }

  /** Makes a handler suffer; `failing` answers in its place when every request is to fail. */
  Handler suffering(Handler handler, Handler failing) {
    return exchange -> {
      if (way != Way.NEVER && exchange.header("X-Forwarded-For") != null) {
        noticeTraffic();
      }
      if (current == Way.SLOW) {
        delay(exchange);
      }
      (current == Way.ERRORS ? failing : handler).handle(exchange);
    };
  }

  boolean isUnhealthy() {
    return current == Way.UNHEALTHY;
  }

  private void noticeTraffic() {
    if (hasTraffic.compareAndSet(false, true)) {
      var thread = new Thread(this::turn, "turn-bad");
      thread.setDaemon(true);
      thread.start();
    }
  }

  private void turn() {
    try {
      Thread.sleep(afterMs);
    } catch (InterruptedException interrupted) {
      return;
    }
    current = way;
    System.out.printf("%s  WARN %d --- [turn-bad] bluegreen.sample.TurnBad : turning bad: %s%n",
        Instant.now().truncatedTo(ChronoUnit.MILLIS), ProcessHandle.current().pid(), way.name().toLowerCase());
    System.out.flush();
    if (way == Way.EXIT) {
      // A crash: no graceful end.
      Runtime.getRuntime().halt(EXIT_CODE);
    }
  }

  private static void delay(Exchange exchange) throws IOException {
    try {
      Thread.sleep(SLOW_MS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted before " + exchange.path(), interrupted);
    }
  }
}
