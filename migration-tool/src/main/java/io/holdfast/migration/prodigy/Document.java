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

  /** Takes JSON text; fails with {@link Rejected} if no storage can keep it. */
  static Document of(byte[] utf8, boolean keepEnvironment) {
    Notes notes = new Notes();
    JsonNode tree = parse(utf8, notes).tree();
    if (!keepEnvironment && Environment.dropFrom(tree)) {
      notes.add(Notes.ENVIRONMENT_DROPPED);
    }
    return new Document(tree, notes);
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
      return Json.of(tree);
    } catch (InvalidInputException e) {
      throw Rejected.of(e);
    }
  }
}
