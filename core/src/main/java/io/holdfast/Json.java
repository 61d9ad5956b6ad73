package io.holdfast;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import tools.jackson.databind.JsonNode;

/**
 * An immutable JSON value. It keeps UTF-8 bytes and parses on demand, so that passing a document
 * through costs no parsing.
 *
 * <p>What a user hands in is checked once, when the value is built; see {@link #of(String)}. Two
 * values are equal when their {@linkplain #canonical() canonical forms} are: member order, white
 * space and the spelling of numbers do not count.
 */
public final class Json {

  /** The empty object. */
  public static final Json EMPTY = new Json("{}".getBytes(StandardCharsets.UTF_8));

  /** The largest document: 16 MiB of UTF-8. */
  public static final int BYTES_MAX = 16 * 1024 * 1024;

  /**
   * The largest canonical form: 100 MB. Only numbers are longer in it than in a document of legal
   * size: {@code 1e900} has 901 digits there.
   */
  public static final int CANONICAL_BYTES_MAX = 100_000_000;

  /** How deep arrays and objects may nest. */
  public static final int DEPTH_MAX = 500;

  /** How many digits a number may have on either side of the point when written out. */
  public static final int DIGITS_MAX = 1_000;

  private final byte[] utf8;

  private Json(byte[] utf8) {
    this.utf8 = utf8;
  }

  /**
   * Takes JSON text.
   *
   * @throws InvalidInputException with a JSON pointer to the place, if the text is not JSON or
   *     holds what PostgreSQL's JSONB cannot keep: {@code \u0000}, a lone surrogate, a repeated
   *     member name, more than {@value #DEPTH_MAX} levels, a number of more than {@value
   *     #DIGITS_MAX} digits on either side of the point, more than {@value #BYTES_MAX} bytes; then
   *     the largest parts are named
   */
  public static Json of(String text) {
    return new Json(JsonCheck.check(JsonCheck.encode(text)));
  }

  /**
   * Takes JSON as UTF-8 bytes, which the caller must not change afterwards.
   *
   * @throws InvalidInputException as {@link #of(String)}, and if the bytes are not UTF-8
   */
  public static Json ofUtf8(byte[] utf8) {
    return new Json(JsonCheck.check(JsonCheck.requireUtf8(utf8)));
  }

  /**
   * Takes a Jackson tree.
   *
   * @throws InvalidInputException as {@link #of(String)}
   */
  public static Json of(JsonNode tree) {
    return of(Objects.requireNonNull(tree, "tree").toString());
  }

  /**
   * Takes maps, lists, strings, numbers, booleans and records, as Jackson writes them.
   *
   * @throws InvalidInputException as {@link #of(String)}
   */
  public static Json from(Object value) {
    return of(JsonTree.text(Objects.requireNonNull(value, "value")));
  }

  /**
   * For backends: takes bytes that this library has written, or that the database vouches for,
   * without looking at them.
   */
  public static Json ofStored(byte[] utf8) {
    return new Json(utf8);
  }

  /** The bytes, as they came but for line breaks, which became spaces; not to be changed. */
  public byte[] utf8() {
    return utf8;
  }

  /** The size of the text in bytes. */
  public int sizeBytes() {
    return utf8.length;
  }

  /** The value as a Jackson tree, parsed anew at each call; decimals are exact. */
  public JsonNode tree() {
    return JsonTree.parse(utf8);
  }

  /**
   * The canonical form as UTF-8: members sorted, no white space, numbers in plain decimal without
   * needless zeros. Equal values, and only they, have equal canonical forms; {@code
   * docs/canonical-form.md} defines it.
   *
   * @throws InvalidInputException naming the largest parts, if that is more than {@value
   *     #CANONICAL_BYTES_MAX} bytes
   */
  public byte[] canonical() {
    byte[] canonical = CanonicalJson.write(utf8);
    if (canonical.length == 0) {
      throw tooLong();
    }
    return canonical;
  }

  /** The canonical form of this, or of what it is a part of, is too long. */
  InvalidInputException tooLong() {
    return new InvalidInputException(
        "JSON",
        "at most "
            + CANONICAL_BYTES_MAX
            + " bytes in canonical form, was more; "
            + JsonParts.largest(utf8));
  }

  /**
   * True if this value contains {@code part}, in the sense of PostgreSQL's {@code @>}: every member
   * and element of {@code part} is found here at the same level.
   */
  public boolean contains(Json part) {
    return JsonTree.contains(tree(), part.tree());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Json that
        && (Arrays.equals(utf8, that.utf8) || Arrays.equals(canonical(), that.canonical()));
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(canonical());
  }

  /** The text, as it came but for line breaks, which became spaces. */
  @Override
  public String toString() {
    return new String(utf8, StandardCharsets.UTF_8);
  }
}
