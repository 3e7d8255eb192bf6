package bluegreen.sample;

import java.util.Map;
import java.util.regex.Pattern;

/** Where the app listens, and how long its end may take. An argument wins over the environment, as in Spring Boot. */
record Settings(String address, int port, int managementPort, long graceMs) {
  private static final Pattern DURATION = Pattern.compile("(\\d+)(ms|s|m)");
  private static final Map<String, Integer> UNITS = Map.of("ms", 1, "s", 1000, "m", 60_000);

  static Settings read(Map<String, String> environment, String[] args) {
    var port = Integer.parseInt(value(environment, args, "server.port", "8080"));
    return new Settings(
        value(environment, args, "server.address", "127.0.0.1"),
        port,
        Integer.parseInt(value(environment, args, "management.server.port", "" + port)),
        milliseconds(value(environment, args, "spring.lifecycle.timeout-per-shutdown-phase", "30s")));
  }

  private static String value(Map<String, String> environment, String[] args, String name, String otherwise) {
    for (var arg : args) {
      if (arg.startsWith("--" + name + "=")) {
        return arg.substring(name.length() + 3);
      }
    }
    return environment.getOrDefault(name.replace('.', '_').replace('-', '_').toUpperCase(), otherwise);
  }

  private static long milliseconds(String duration) {
    var match = DURATION.matcher(duration);
    if (!match.matches()) {
      throw new IllegalArgumentException("not a duration: " + duration);
    }
    return Long.parseLong(match.group(1)) * UNITS.get(match.group(2));
  }
}
