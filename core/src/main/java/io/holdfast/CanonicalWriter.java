package io.holdfast;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.security.MessageDigest;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Writes the {@linkplain Json#canonical() canonical form} of one JSON object member by member,
 * without writing the object first. For kinds of which there are many records: each {@link
 * RecordKind} has one form, and this is only a quicker way to it.
 *
 * <p>Members come in the order of their names, which are ASCII and need no escapes.
 */
public final class CanonicalWriter {

  private static final int BYTES_MAX = Json.CANONICAL_BYTES_MAX;

  /** Documents are looked at as they are added; beside them there are a few names. */
  private static final int SLACK = 1 << 20;

  /** No more memory is kept from one object to the next. */
  private static final int KEPT_BYTES = 1 << 16;

  private final Utf8Buffer out;
  private final PlainJson plain;
  private char separator = '{';

  /** Starts an object of about {@code expected} bytes. */
  public CanonicalWriter(int expected) {
    this.out = new Utf8Buffer(expected, BYTES_MAX + SLACK);
    this.plain = new PlainJson(out);
  }

  /** Forgets what was written, and starts another object. */
  public CanonicalWriter begin() {
    out.clear(KEPT_BYTES);
    separator = '{';
    return this;
  }

  /** A string; {@code null} leaves the member out. */
  public CanonicalWriter text(String name, @Nullable String value) {
    if (value != null) {
      name(name);
      out.quoted(value);
    }
    return this;
  }

  /** A whole number. */
  public CanonicalWriter number(String name, long value) {
    name(name);
    out.ascii(Long.toString(value));
    return this;
  }

  /** A time. */
  public CanonicalWriter time(String name, Instant value) {
    return text(name, StorageTime.format(value));
  }

  /**
   * A document.
   *
   * @throws InvalidInputException if the object gets longer than {@link Json#CANONICAL_BYTES_MAX}
   */
  public CanonicalWriter json(String name, Json value) {
    name(name);
    try {
      CanonicalJson.write(value.utf8(), out, plain);
    } catch (Utf8Buffer.FullException e) {
      throw value.tooLong();
    }
    if (out.size() > BYTES_MAX) {
      throw value.tooLong();
    }
    return this;
  }

  private void name(String name) {
    out.one(separator);
    out.one('"');
    out.ascii(name);
    out.one('"');
    out.one(':');
    separator = ',';
  }

  /** Ends the object; {@link #begin} starts another one. */
  public byte[] end() {
    out.one('}');
    return out.toBytes();
  }

  /** Ends the object, adds it to {@code digest}, and returns how many bytes it has. */
  @CanIgnoreReturnValue
  public int endInto(MessageDigest digest) {
    out.one('}');
    out.digestInto(digest);
    return out.size();
  }
}
