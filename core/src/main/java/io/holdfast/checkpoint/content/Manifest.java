package io.holdfast.checkpoint.content;

import io.holdfast.CorruptDataException;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Which pieces of which packs make a state, in order. */
final class Manifest {

  private Manifest() {}

  /** {@code count} pieces of the pack of {@code version}, from {@code first} on. */
  record Run(long version, int first, int count) {}

  /** The pieces of {@code runs}, neighbours put together. */
  static final class Writer {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final long base;
    private long version = -1;
    private int first;
    private int count;

    Writer(long base) {
      this.base = base;
      out.writeBytes(new byte[Seal.BYTES]);
    }

    void add(long pack, int piece) {
      if (pack == version && piece == first + count) {
        count++;
      } else {
        endRun();
        version = pack;
        first = piece;
        count = 1;
      }
    }

    byte[] end() {
      endRun();
      return Seal.put(out.toByteArray());
    }

    private void endRun() {
      if (count > 0) {
        varint(version - base);
        varint(first);
        varint(count);
      }
    }

    private void varint(long value) {
      long left = value;
      while (left >= 0x80) {
        out.write((int) ((left & 0x7f) | 0x80));
        left >>>= 7;
      }
      out.write((int) left);
    }
  }

  /** The runs of a manifest over the packs from {@code base} on. */
  static List<Run> read(String where, long base, byte[] sealed) {
    ByteBuffer in = Seal.open(where, sealed);
    List<Run> runs = new ArrayList<>();
    try {
      while (in.hasRemaining()) {
        long version = Math.addExact(base, varint(in));
        runs.add(new Run(version, Math.toIntExact(varint(in)), Math.toIntExact(varint(in))));
      }
      return runs;
    } catch (BufferUnderflowException | ArithmeticException e) {
      throw new CorruptDataException(where, "not a manifest", e);
    }
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; shift < 63; shift += 7) {
      byte b = in.get();
      value |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw new ArithmeticException("a number without end");
  }
}
