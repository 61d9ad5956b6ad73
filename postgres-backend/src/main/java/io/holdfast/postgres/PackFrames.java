package io.holdfast.postgres;

import io.holdfast.CorruptDataException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Packs as one value, which is how they come: a row for each would repeat the checkpoint, and a
 * statement for each would be a round trip.
 */
final class PackFrames {

  /** A frame for each pack: its number, then directory and body, each behind its length. */
  static final String OF_BODIES = frames("p.body", "octet_length(p.body)");

  /** The same, with the SHA-256 of the body in its place. */
  static final String OF_HASHES = frames("sha256(p.body)", "32");

  private PackFrames() {}

  private static String frames(String content, String length) {
    return """
    string_agg(int8send(p.pack)
      || int4send(octet_length(p.directory)) || p.directory
      || int4send({length}) || {content}, ''::bytea)"""
        .replace("{content}", content)
        .replace("{length}", length);
  }

  /** What a frame becomes. */
  interface Maker<T> {

    T make(long pack, byte[] directory, byte[] content);
  }

  static <T> List<T> read(String where, byte @Nullable [] frames, Maker<T> maker) {
    if (frames == null) {
      return List.of();
    }
    List<T> packs = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap(frames);
    try {
      while (in.hasRemaining()) {
        packs.add(maker.make(in.getLong(), part(in), part(in)));
      }
      return packs;
    } catch (BufferUnderflowException | NegativeArraySizeException e) {
      throw new CorruptDataException(where, "its packs are cut off", e);
    }
  }

  private static byte[] part(ByteBuffer in) {
    int length = in.getInt();
    if (length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] part = new byte[length];
    var unused = in.get(part);
    return part;
  }
}
