package bluegreen.sample;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Misbehaviour asked for by SAMPLE_* variables. */
final class Trouble {
  private static final List<byte[]> HELD = new ArrayList<>();

  static void atStart() throws InterruptedException {
    printNoise(number("SAMPLE_LOG_LINES"));
    var crash = System.getenv("SAMPLE_CRASH");
    if (crash != null && !crash.isEmpty()) {
      new IllegalStateException(
          "Application run failed", new IllegalArgumentException("SAMPLE_CRASH=" + crash)).printStackTrace();
      System.exit(Integer.parseInt(crash));
    }
    Thread.sleep(number("SAMPLE_START_DELAY_MS"));
  }

  static void afterStart() throws InterruptedException {
    if ("1".equals(System.getenv("SAMPLE_LEAK"))) {
      Thread.sleep(number("SAMPLE_LEAK_AFTER_MS"));
      leak();
    }
  }

  /** Fills the heap from a thread of its own, so the app answers until there is no memory left. */
  static void leak() {
    new Thread(() -> {
      while (true) {
        HELD.add(new byte[1 << 20]);
      }
    }, "leak").start();
  }

  /** SAMPLE_HANG_AT_STOP is 1, or the path of a file that is there. */
  static boolean hangsAtStop() {
    var wanted = System.getenv("SAMPLE_HANG_AT_STOP");
    return "1".equals(wanted) || wanted != null && wanted.startsWith("/") && Files.exists(Path.of(wanted));
  }

  private static void printNoise(int lines) {
    for (var line = 1; line <= lines; line++) {
      System.out.println(switch (line) {
        case 1 -> "::error::hostile";
        case 2 -> "##[error]hostile";
        default -> "INFO 1 --- [main] bluegreen.sample.Noise : line " + line + " of " + lines;
      });
    }
  }

  private static int number(String variable) {
    var value = System.getenv(variable);
    return value == null || value.isEmpty() ? 0 : Integer.parseInt(value);
  }
}
