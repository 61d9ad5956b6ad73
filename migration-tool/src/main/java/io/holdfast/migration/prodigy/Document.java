package io.holdfast.migration.prodigy;

import io.holdfast.InvalidInputException;
import io.holdfast.Json;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** JSON text of the store as a tree, without what must not leave it; and what was changed in it. */
record Document(JsonNode tree, Notes notes) {

  private static final byte[] NUL = {'\\', 'u', '0', '0', '0', '0'};
  private static final byte[] REPLACEMENT = {'\\', 'u', 'f', 'f', 'f', 'd'};
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

  /** No number is that many times longer when it is written out. */
  private static final int CANONICAL_TIMES_MAX = 250;

  /** What a record may have around a document. */
  private static final int FRAME_BYTES = 10_000;

  /** Takes JSON text; fails with {@link Rejected} if no storage can keep it. */
  static Document of(byte[] utf8, boolean keepEnvironment) {
    Notes notes = new Notes();
    JsonNode tree = parse(withoutMark(utf8, notes), notes).tree();
    if (!keepEnvironment && Environment.dropFrom(tree)) {
      notes.add(Notes.ENVIRONMENT_DROPPED);
    }
    return new Document(tree, notes);
  }

  /** An editor may have put it there; it is no part of the text. */
  private static byte[] withoutMark(byte[] utf8, Notes notes) {
    int bytes = BYTE_ORDER_MARK.length;
    if (utf8.length < bytes || !Arrays.equals(utf8, 0, bytes, BYTE_ORDER_MARK, 0, bytes)) {
      return utf8;
    }
    notes.add(Notes.BYTE_ORDER_MARK);
    return Arrays.copyOfRange(utf8, bytes, utf8.length);
  }

  /** What a command printed may hold NUL, which no storage keeps. */
  private static Json parse(byte[] utf8, Notes notes) {
    byte[] replaced = withoutNul(utf8);
    if (replaced != null) {
      notes.add(Notes.NUL_REPLACED);
    }
    try {
      return Json.ofUtf8(replaced == null ? utf8 : replaced);
    } catch (InvalidInputException e) {
      throw Rejected.of(e);
    }
  }

  /** A copy with another character for each escaped NUL; {@code null} if there is none. */
  private static byte @Nullable [] withoutNul(byte[] utf8) {
    byte[] copy = null;
    int at = 0;
    while (at < utf8.length) {
      if (utf8[at] != '\\') {
        at++;
      } else if (isNul(utf8, at)) {
        copy = copy == null ? utf8.clone() : copy;
        System.arraycopy(REPLACEMENT, 0, copy, at, REPLACEMENT.length);
        at += NUL.length;
      } else {
        // The character behind a backslash belongs to it, also if it is another backslash.
        at += 2;
      }
    }
    return copy;
  }

  private static boolean isNul(byte[] utf8, int at) {
    int end = at + NUL.length;
    return end <= utf8.length && Arrays.equals(utf8, at, end, NUL, 0, NUL.length);
  }

  /** Its members; fails with {@link Rejected} if it is not an object. */
  Members members() {
    if (tree instanceof ObjectNode object) {
      return new Members(object, notes);
    }
    throw new Rejected(Rejected.UNRECOGNISED, "not an object");
  }

  /** A tree as a storage keeps it; fails with {@link Rejected} if it is too large for that. */
  static Json json(JsonNode tree) {
    try {
      Json json = Json.of(tree);
      requireCanonical(json);
      return json;
    } catch (InvalidInputException e) {
      throw Rejected.of(e);
    }
  }

  /** What has no canonical form can be written, but never be compared. */
  private static void requireCanonical(Json json) {
    boolean mayBeTooLarge = json.sizeBytes() > Json.CANONICAL_BYTES_MAX / CANONICAL_TIMES_MAX;
    if (mayBeTooLarge && json.canonical().length > Json.CANONICAL_BYTES_MAX - FRAME_BYTES) {
      throw new Rejected(Rejected.TOO_LARGE, "more than 100 MB in canonical form");
    }
  }
}
