package bluegreen.sample;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Properties;
import java.util.concurrent.Executors;

/** A web app that behaves, and misbehaves on request, as a Spring Boot app does. */
public final class SampleApp {
  public static void main(String[] args) throws Exception {
    // Read once, when the server's classes load: without it each keep-alive answer takes 40 ms.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    System.setProperty("sun.net.httpserver.maxIdleConnections", "4096");
    System.setProperty("sun.net.httpserver.idleInterval", "60");

    var began = System.nanoTime();
    var settings = Settings.read(System.getenv(), args);
    var version = version();
    System.out.println("Starting SampleApp v" + version + " with PID " + ProcessHandle.current().pid());
    Trouble.atStart();

    var requests = new RequestCount();
    var endpoints = new Endpoints(version, settings.port(), args, TurnBad.read(System.getenv()));
    var server = listen(settings.address(), settings.port());
    endpoints.addApplication(server, requests);
    var management = settings.managementPort() == settings.port()
        ? server
        : listen(settings.address(), settings.managementPort());
    endpoints.addHealth(management, requests);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> Shutdown.run(server, requests), "shutdown"));
    server.start();
    if (management != server) {
      management.start();
    }
    System.out.printf("Server started on port %d (http) with context path '/'%n", settings.port());
    System.out.printf("Started SampleApp in %.3f seconds%n", (System.nanoTime() - began) / 1e9);
    Trouble.afterStart();
  }

  private static HttpServer listen(String address, int port) throws IOException {
    var server = HttpServer.create(new InetSocketAddress(address, port), 1024);
    server.setExecutor(Executors.newCachedThreadPool());
    return server;
  }

  private static String version() throws IOException {
    try (var stream = SampleApp.class.getClassLoader().getResourceAsStream("META-INF/build-info.properties")) {
      var info = new Properties();
      info.load(stream);
      return info.getProperty("build.version");
    }
  }
}
