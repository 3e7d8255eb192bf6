package bluegreen.sample;

import java.util.Map;

/** Where the app listens. An argument wins over the environment, as in Spring Boot. */
record Settings(String address, int port, int managementPort) {
  static Settings read(Map<String, String> environment, String[] args) {
    var port = Integer.parseInt(value(environment, args, "SERVER_PORT", "--server.port=", "8080"));
    return new Settings(
        value(environment, args, "SERVER_ADDRESS", "--server.address=", "127.0.0.1"),
        port,
        Integer.parseInt(value(environment, args, "MANAGEMENT_SERVER_PORT", "--management.server.port=", "" + port)));
  }

  private static String value(
      Map<String, String> environment, String[] args, String variable, String option, String otherwise) {
    for (var arg : args) {
      if (arg.startsWith(option)) {
        return arg.substring(option.length());
      }
    }
    return environment.getOrDefault(variable, otherwise);
  }
}
