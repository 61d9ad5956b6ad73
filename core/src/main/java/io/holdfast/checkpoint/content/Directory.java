package io.holdfast.checkpoint.content;

import io.holdfast.CorruptDataException;
import java.nio.ByteBuffer;
import java.util.List;

/** What is in a pack: the SHA-256 of its body, and the SHA-256 and length of each piece. */
final class Directory {

  private static final int ENTRY = Seal.BYTES + Integer.BYTES;

  private final ByteBuffer bytes;

  /** Where each piece begins, and at the end where the last one ends. */
  private final int[] starts;

  private Directory(ByteBuffer bytes, int[] starts) {
    this.bytes = bytes;
    this.starts = starts;
  }

  /** A piece and its SHA-256. */
  record Piece(ByteBuffer sha256, int length) {}

  static byte[] write(byte[] body, List<Piece> pieces) {
    ByteBuffer out = ByteBuffer.allocate(2 * Seal.BYTES + pieces.size() * ENTRY);
    var unused = out.position(Seal.BYTES).put(Seal.sha256(body));
    for (Piece piece : pieces) {
      unused = out.put(piece.sha256().duplicate()).putInt(piece.length());
    }
    return Seal.put(out.array());
  }

  /** Fails with {@link CorruptDataException}, also if it announces more than there may be. */
  static Directory read(String where, byte[] sealed) {
    ByteBuffer bytes = Seal.open(where, sealed);
    int listed = bytes.remaining() - Seal.BYTES;
    if (listed <= 0 || listed % ENTRY != 0) {
      throw new CorruptDataException(where, "a directory of " + sealed.length + " bytes");
    }
    int[] starts = new int[listed / ENTRY + 1];
    for (int piece = 0; piece < starts.length - 1; piece++) {
      int length = bytes.getInt(Seal.BYTES + piece * ENTRY + Seal.BYTES);
      if (length < 1 || length > StateCut.PIECE_BYTES_MAX) {
        throw new CorruptDataException(where, "piece " + piece + " of " + length + " bytes");
      }
      starts[piece + 1] = Math.addExact(starts[piece], length);
    }
    return new Directory(bytes, starts);
  }

  int pieces() {
    return starts.length - 1;
  }

  /** How many bytes all pieces have together. */
  int length() {
    return starts[starts.length - 1];
  }

  /** Where {@code piece} begins; where the last one ends, if there is no such piece. */
  int start(int piece) {
    return starts[piece];
  }

  ByteBuffer sha256(int piece) {
    return bytes.slice(Seal.BYTES + piece * ENTRY, Seal.BYTES);
  }

  boolean isOf(byte[] sha256OfBody) {
    return bytes.slice(0, Seal.BYTES).equals(ByteBuffer.wrap(sha256OfBody));
  }
}
