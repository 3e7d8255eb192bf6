package bluegreen.sample.web;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** One frame of a WebSocket. */
record Frame(boolean isFinal, int opcode, byte[] payload) {
  static final int CONTINUATION = 0;
  static final int TEXT = 1;
  static final int CLOSE = 8;
  static final int PING = 9;
  static final int PONG = 10;
  static final int LONGEST = 65_536;

  private static final int FINAL = 0x80;
  private static final int MASKED = 0x80;

  /** Reads a client's frame. Fails with a close code in the way. */
  static Frame read(InputStream input) throws IOException {
    var data = new DataInputStream(input);
    var first = data.readUnsignedByte();
    var second = data.readUnsignedByte();
    if ((second & MASKED) == 0) {
      throw new WebSocketException(1002, "a client's frame must be masked");
    }
    var length = switch (second & 0x7f) {
      case 126 -> data.readUnsignedShort();
      case 127 -> data.readLong();
      default -> second & 0x7f;
    };
    if (length < 0 || length > LONGEST) {
      throw new WebSocketException(1009, "too long");
    }
    var mask = data.readNBytes(4);
    var payload = data.readNBytes((int) length);
    if (payload.length < length) {
      throw new EOFException();
    }
    for (var index = 0; index < payload.length; index++) {
      payload[index] ^= mask[index % 4];
    }
    return new Frame((first & FINAL) != 0, first & 0x0f, payload);
  }

  /** Writes the frame as a server does, in one go. */
  void write(OutputStream output) throws IOException {
    var bytes = ByteBuffer.allocate(payload.length + 10);
    bytes.put((byte) (FINAL | opcode));
    if (payload.length < 126) {
      bytes.put((byte) payload.length);
    } else if (payload.length < 65_536) {
      bytes.put((byte) 126).putShort((short) payload.length);
    } else {
      bytes.put((byte) 127).putLong(payload.length);
    }
    bytes.put(payload);
    output.write(bytes.array(), 0, bytes.position());
  }
}
