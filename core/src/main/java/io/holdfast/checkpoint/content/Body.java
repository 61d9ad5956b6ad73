package io.holdfast.checkpoint.content;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import io.holdfast.CorruptDataException;
import java.util.Arrays;

/** The pieces of a pack one behind the other: a byte that says how, and then they. */
final class Body {

  private static final byte PLAIN = 0;
  private static final byte ZSTD = 1;
  private static final int LEVEL = 3;

  private Body() {}

  /** Compressed, if that makes it smaller. */
  static byte[] pack(byte[] pieces) {
    byte[] packed = Zstd.compress(pieces, LEVEL);
    return packed.length < pieces.length ? marked(ZSTD, packed) : marked(PLAIN, pieces);
  }

  private static byte[] marked(byte how, byte[] bytes) {
    byte[] body = new byte[1 + bytes.length];
    body[0] = how;
    System.arraycopy(bytes, 0, body, 1, bytes.length);
    return body;
  }

  /** The pieces, of {@code length} bytes; nothing larger is made, whatever the frame says. */
  static byte[] unpack(String where, byte[] body, int length) {
    if (body.length > 0 && body[0] == PLAIN && body.length == 1 + length) {
      return Arrays.copyOfRange(body, 1, body.length);
    }
    if (body.length == 0 || body[0] != ZSTD) {
      throw new CorruptDataException(where, "not " + length + " bytes");
    }
    byte[] pieces = new byte[length];
    try {
      long written = Zstd.decompressByteArray(pieces, 0, length, body, 1, body.length - 1);
      if (written == length) {
        return pieces;
      }
      throw new CorruptDataException(where, "inflates to " + written + " bytes, not " + length);
    } catch (ZstdException e) {
      throw new CorruptDataException(where, "does not inflate to " + length + " bytes", e);
    }
  }
}
