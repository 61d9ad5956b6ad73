package io.holdfast;

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

  private final Utf8Buffer out;
  private char separator = '{';

  /** Starts an object of about {@code expected} bytes. */
  public CanonicalWriter(int expected) {
    this.out = new Utf8Buffer(expected, BYTES_MAX + SLACK);
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
      CanonicalJson.write(value.utf8(), out);
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

  /** Ends the object; the writer is of no more use. */
  public byte[] end() {
    out.one('}');
    return out.toBytes();
  }
}
