package bluegreen.sample.web;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** One open WebSocket that sends each text back. */
final class WebSocket {
  private final OutputStream output;
  private boolean isClosed;

  WebSocket(OutputStream output) {
    this.output = output;
  }

  /** Answers frames until either side closes. */
  void echo(InputStream input) throws IOException {
    try {
      var message = new ByteArrayOutputStream();
      var isWithin = false;
      for (var frame = Frame.read(input); frame.opcode() != Frame.CLOSE; frame = Frame.read(input)) {
        switch (frame.opcode()) {
          case Frame.PING -> send(new Frame(true, Frame.PONG, frame.payload()));
          case Frame.PONG -> { }
          case Frame.TEXT, Frame.CONTINUATION -> {
            if (isWithin != (frame.opcode() == Frame.CONTINUATION)) {
              throw new WebSocketException(1002, "a message within a message");
            }
            message.write(frame.payload());
            isWithin = !frame.isFinal();
            if (message.size() > Frame.LONGEST) {
              throw new WebSocketException(1009, "too long");
            }
            if (frame.isFinal()) {
              send(new Frame(true, Frame.TEXT, message.toByteArray()));
              message.reset();
            }
          }
          default -> throw new WebSocketException(1003, "only text is understood");
        }
      }
      close(1000, "");
    } catch (WebSocketException broken) {
      close(broken.code(), broken.getMessage());
    }
  }

  /** Sends a close frame, unless one was sent; nothing is sent after it. */
  synchronized void close(int code, String reason) throws IOException {
    if (!isClosed) {
      var text = reason.getBytes(StandardCharsets.UTF_8);
      send(new Frame(true, Frame.CLOSE, ByteBuffer.allocate(2 + text.length).putShort((short) code).put(text).array()));
      isClosed = true;
    }
  }

  private synchronized void send(Frame frame) throws IOException {
    if (!isClosed) {
      frame.write(output);
    }
  }
}
