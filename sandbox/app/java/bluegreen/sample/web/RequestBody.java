package bluegreen.sample.web;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** The body of one request: of a known length, or in chunks. Its end is not the connection's end. */
final class RequestBody extends InputStream {
  private final ConnectionInput input;
  private final boolean isChunked;
  private long left;
  private boolean isOver;

  RequestBody(ConnectionInput input, Head head) {
    this.input = input;
    isChunked = head.has("Transfer-Encoding", "chunked");
    left = isChunked ? 0 : Long.parseLong(head.headers().getOrDefault("Content-Length", "0"));
    isOver = !isChunked && left == 0;
  }

  boolean isOver() {
    return isOver;
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (!isOver && left == 0) {
      nextChunk();
    }
    if (isOver) {
      return -1;
    }
    var count = input.read(bytes, offset, (int) Math.min(length, left));
    if (count < 0) {
      throw new EOFException("the client closed before the end of the body");
    }
    left -= count;
    if (left == 0) {
      if (isChunked) {
        readLine();
      } else {
        isOver = true;
      }
    }
    return count;
  }

  private void nextChunk() throws IOException {
    left = Long.parseLong(readLine().split(";")[0].trim(), 16);
    if (left == 0) {
      isOver = true;
      while (!readLine().isEmpty()) {
        // Trailers.
      }
    }
  }

  private String readLine() throws IOException {
    var line = input.readLine();
    if (line == null) {
      throw new EOFException("the client closed within a body of chunks");
    }
    return line;
  }
}
