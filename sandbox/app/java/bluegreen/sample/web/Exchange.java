package bluegreen.sample.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** One request and its answer. */
public final class Exchange {
  /** What a connection does that no longer speaks HTTP; it is closed afterwards. */
  @FunctionalInterface
  public interface Talk {
    void run(InputStream input, OutputStream output) throws IOException;
  }

  private final Head head;
  private final RequestBody body;
  private final OutputStream output;
  private final Map<String, String> answerHeaders = new LinkedHashMap<>();
  private boolean isLast;
  private Talk talk;

  Exchange(Head head, RequestBody body, OutputStream output) {
    this.head = head;
    this.body = body;
    this.output = output;
    isLast = !head.keepsAlive();
  }

  public String method() {
    return head.method();
  }

  public String path() {
    return head.path();
  }

  public String parameter(String name, String otherwise) {
    return head.parameter(name, otherwise);
  }

  /** Null where the request has none. */
  public String header(String name) {
    return head.headers().get(name);
  }

  public Map<String, String> headers() {
    return head.headers();
  }

  public InputStream body() {
    return body;
  }

  /** Sets a header of the answer to come. */
  public void set(String name, String value) {
    answerHeaders.put(name, value);
  }

  /** The answer to come tells the client to close the connection. */
  public void makeLast() {
    isLast = true;
  }

  boolean isLast() {
    return isLast;
  }

  /** Null unless the connection was switched to another protocol. */
  Talk talk() {
    return talk;
  }

  public void answer(int status, String type, String text) throws IOException {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    set("Content-Type", type);
    set("Content-Length", String.valueOf(bytes.length));
    write(status, head.method().equals("HEAD") ? new byte[0] : bytes);
  }

  /** Answers 200 with what is written to the stream until it is closed; each write is sent at once. */
  public OutputStream stream(String type) throws IOException {
    set("Content-Type", type);
    if (head.isHttp10()) {
      makeLast();
      write(200, new byte[0]);
      return output;
    }
    set("Transfer-Encoding", "chunked");
    write(200, new byte[0]);
    return new ChunkedOutput(output);
  }

  /** Answers 101; what comes next on the connection is the talk's, once the handler is done. */
  public void switchTo(String protocol, Talk talk) throws IOException {
    this.talk = talk;
    set("Upgrade", protocol);
    set("Connection", "Upgrade");
    write(101, new byte[0]);
  }

  /** Writes head and body at once: two writes would be two packets. */
  private void write(int status, byte[] content) throws IOException {
    if (talk == null) {
      answerHeaders.put("Connection", isLast ? "close" : "keep-alive");
    }
    // Without a reason phrase, as Tomcat does.
    var text = new StringBuilder("HTTP/1.1 ").append(status).append(" \r\n");
    answerHeaders.forEach((name, value) -> text.append(name).append(": ").append(value).append("\r\n"));
    var bytes = text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    var whole = new byte[bytes.length + content.length];
    System.arraycopy(bytes, 0, whole, 0, bytes.length);
    System.arraycopy(content, 0, whole, bytes.length, content.length);
    output.write(whole);
  }
}
