package bluegreen.sample.web;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** A body whose length is not known: each write is one chunk, sent at once; closing it sends the last. */
final class ChunkedOutput extends OutputStream {
  private final OutputStream output;

  ChunkedOutput(OutputStream output) {
    this.output = output;
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    if (length > 0) {
      send(bytes, offset, length);
    }
  }

  @Override
  public void close() throws IOException {
    send(new byte[0], 0, 0);
  }

  private void send(byte[] bytes, int offset, int length) throws IOException {
    var chunk = new ByteArrayOutputStream(length + 12);
    chunk.writeBytes((Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    chunk.write(bytes, offset, length);
    chunk.writeBytes(new byte[] {'\r', '\n'});
    output.write(chunk.toByteArray());
  }
}
