package bluegreen.sample;

import bluegreen.sample.web.WebServer;
import bluegreen.sample.web.WebSockets;
import java.io.IOException;
import java.util.Properties;

/** A web app that behaves, and misbehaves on request, as a Spring Boot app does. */
public final class SampleApp {
  public static void main(String[] args) throws Exception {
    var began = System.nanoTime();
    var settings = Settings.read(System.getenv(), args);
    var version = version();
    System.out.println("Starting SampleApp v" + version + " with PID " + ProcessHandle.current().pid());
    Trouble.atStart();

    var requests = new RequestCount();
    var webSockets = new WebSockets();
    var endpoints = new Endpoints(version, settings.port(), args, TurnBad.read(System.getenv()), webSockets);
    var server = new WebServer(settings.address(), settings.port());
    endpoints.addApplication(server, requests);
    var management = settings.managementPort() == settings.port()
        ? server
        : new WebServer(settings.address(), settings.managementPort());
    endpoints.addHealth(management, requests);
    Runtime.getRuntime().addShutdownHook(
        new Thread(() -> Shutdown.run(server, requests, webSockets, settings.graceMs()), "shutdown"));
    server.start();
    if (management != server) {
      management.start();
    }
    System.out.printf("Server started on port %d (http) with context path '/'%n", settings.port());
    System.out.printf("Started SampleApp in %.3f seconds%n", (System.nanoTime() - began) / 1e9);
    Trouble.afterStart();
  }

  private static String version() throws IOException {
    try (var stream = SampleApp.class.getClassLoader().getResourceAsStream("META-INF/build-info.properties")) {
      var info = new Properties();
      info.load(stream);
      return info.getProperty("build.version");
    }
  }
}
