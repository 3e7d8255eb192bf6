package bluegreen.sample;

import static java.nio.charset.StandardCharsets.UTF_8;

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

  /** Lines first that a reader of logs may take for something else: commands, line ends, bytes that are no text. */
  private static void printNoise(int lines) {
    var hostile = hostileLines();
    for (var line = 1; line <= lines; line++) {
      var noise = "INFO 1 --- [main] bluegreen.sample.Noise : line " + line + " of " + lines;
      System.out.writeBytes(line <= hostile.size() ? hostile.get(line - 1) : noise.getBytes(UTF_8));
      System.out.writeBytes(new byte[] {'\n'});
    }
  }

  private static List<byte[]> hostileLines() {
    var lines = new ArrayList<byte[]>();
    for (var text : List.of(
        "::error::hostile",
        "##[error]hostile",
        "::set-output name=release::hostile",
        " \t::add-mask::hostile",
        "\uFEFF\u200B::stop-commands::hostile",
        "\u001B[31m::group::hostile\u001B[0m##\u2060[group]hostile",
        "progress 10%\r::error::hostile\r##[error]hostile",
        "first\u2028::error::hostile\u2029::error::hostile\u0085::error::hostile\u000B::error::hostile",
        "\0::error::hostile",
        "%0A::error::hostile",
        "@reason=hostile",
        "</code></details><img src=x onerror=hostile>|```|\u202Eeltsoh",
        "::error::hostile " + "x".repeat(100_000))) {
      lines.add(text.getBytes(UTF_8));
    }
    lines.add(new byte[] {':', ':', (byte) 0xFF, (byte) 0xE2, (byte) 0x98, 'h', 'o', 's', 't', 'i', 'l', 'e'});
    return lines;
  }

  private static int number(String variable) {
    var value = System.getenv(variable);
    return value == null || value.isEmpty() ? 0 : Integer.parseInt(value);
  }
}
