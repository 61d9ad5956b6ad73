package io.holdfast.migration.export;

import io.holdfast.CorruptDataException;
import io.holdfast.Json;
import io.holdfast.JsonFields;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A file of an export, as its manifest describes it.
 *
 * @param kind the name of its kind of records
 * @param file its name, without any directory
 * @param records how many lines it has
 * @param sha256 over all lines, uncompressed; lower-case hex
 */
public record ExportedKind(String kind, String file, long records, String sha256) {

  private static final String PLAIN = ".jsonl";
  private static final String COMPRESSED = ".jsonl.zst";

  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  /** What the file of {@code kind} is called. */
  static String file(String kind, boolean isCompressed) {
    return kind + (isCompressed ? COMPRESSED : PLAIN);
  }

  boolean isCompressed() {
    return file.equals(file(kind, true));
  }

  Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("kind", kind);
    map.put("file", file);
    map.put("records", records);
    map.put("sha256", sha256);
    return map;
  }

  /** A file is called after its kind, so a manifest leads to no other place. */
  static ExportedKind of(Json json) {
    JsonFields fields = JsonFields.of(json);
    ExportedKind read =
        new ExportedKind(
            fields.text("kind"),
            fields.text("file"),
            fields.number("records"),
            fields.text("sha256"));
    require(
        read.file.equals(file(read.kind, false)) || read.isCompressed(),
        "Member file",
        "not called after its kind: " + read.file);
    require(read.records >= 0, "Member records", "below zero: " + read.records);
    require(SHA256.matcher(read.sha256).matches(), "Member sha256", "not one: " + read.sha256);
    return read;
  }

  private static void require(boolean isSo, String where, String why) {
    if (!isSo) {
      throw new CorruptDataException(where, why);
    }
  }
}
