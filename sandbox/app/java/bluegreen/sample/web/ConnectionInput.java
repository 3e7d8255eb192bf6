package bluegreen.sample.web;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** What a client sends: lines of a head, then bytes. For one thread. */
final class ConnectionInput extends InputStream {
  private static final int LONGEST_LINE = 16 * 1024;

  private final InputStream source;
  private final byte[] buffer = new byte[LONGEST_LINE];
  private int next;
  private int end;

  ConnectionInput(InputStream source) {
    this.source = source;
  }

  /** A line without its end, or null where the client has closed. Fails on a line that is too long. */
  String readLine() throws IOException {
    for (var at = next; ; at++) {
      if (at == end) {
        at -= next;
        if (!fill()) {
          return null;
        }
      }
      if (buffer[at] == '\n') {
        var length = at > next && buffer[at - 1] == '\r' ? at - 1 - next : at - next;
        var line = new String(buffer, next, length, StandardCharsets.ISO_8859_1);
        next = at + 1;
        return line;
      }
    }
  }

  /** Reads one byte that must come. */
  int readByte() throws IOException {
    var value = read();
    if (value < 0) {
      throw new EOFException();
    }
    return value;
  }

  @Override
  public int read() throws IOException {
    return next < end || fill() ? buffer[next++] & 0xff : -1;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (next == end) {
      return source.read(bytes, offset, length);
    }
    var count = Math.min(length, end - next);
    System.arraycopy(buffer, next, bytes, offset, count);
    next += count;
    return count;
  }

  /** Reads more behind what is not used yet, which moves to the front. */
  private boolean fill() throws IOException {
    end -= next;
    System.arraycopy(buffer, next, buffer, 0, end);
    next = 0;
    if (end == buffer.length) {
      throw new IOException("a line of more than " + LONGEST_LINE + " bytes");
    }
    var count = source.read(buffer, end, buffer.length - end);
    end += Math.max(count, 0);
    return count > 0;
  }
}
