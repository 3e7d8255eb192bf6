package bluegreen.sample.web;

import java.io.IOException;

/** A client broke the protocol; the connection is closed with this code. */
final class WebSocketException extends IOException {
  private final int code;

  WebSocketException(int code, String message) {
    super(message);
    this.code = code;
  }

  int code() {
    return code;
  }
}
