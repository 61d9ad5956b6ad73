package io.holdfast.transfer;

import io.holdfast.InvalidInputException;
import io.holdfast.Json;
import io.holdfast.JsonFields;
import io.holdfast.JsonWriter;
import io.holdfast.Names;
import java.util.regex.Pattern;

/**
 * All records of one kind in one number.
 *
 * @param kind the name of the kind
 * @param records how many there are
 * @param sha256 over the canonical form of all of them in order; lower-case hex
 */
public record KindSum(String kind, long records, String sha256) {

  private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

  /** Checks all three. */
  public KindSum {
    Names.check("kind", kind);
    if (records < 0) {
      throw new InvalidInputException("records", "0 or more, was " + records);
    }
    checkSha256(sha256);
  }

  /** As JSON, for backends; {@link #decode} reads it. */
  public Json encode() {
    return new JsonWriter()
        .text("kind", kind)
        .number("records", records)
        .text("sha256", sha256)
        .end();
  }

  /** Reads {@link #encode}'s result. */
  public static KindSum decode(Json json) {
    JsonFields fields = JsonFields.of(json);
    return new KindSum(fields.text("kind"), fields.number("records"), fields.text("sha256"));
  }

  static void checkSha256(String sha256) {
    if (!SHA_256.matcher(sha256).matches()) {
      throw new InvalidInputException("sha256", "must be 64 lower-case hexadecimal digits");
    }
  }
}
