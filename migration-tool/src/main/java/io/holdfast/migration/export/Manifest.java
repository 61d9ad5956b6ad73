package io.holdfast.migration.export;

import io.holdfast.CorruptDataException;
import io.holdfast.InvalidInputException;
import io.holdfast.Json;
import io.holdfast.JsonFields;
import io.holdfast.StorageException;
import io.holdfast.UnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an export says that is in it; {@code manifest.json}, which is written last.
 *
 * @param kinds a file a kind, in the order in which they were written
 */
public record Manifest(List<ExportedKind> kinds) {

  static final String FILE = "manifest.json";

  private static final String FORMAT = "holdfast-export";
  private static final long FORMAT_VERSION = 1;

  /** Far more than nine files need. */
  private static final long BYTES_MAX = 1 << 20;

  /** Copies the list. */
  public Manifest {
    kinds = List.copyOf(kinds);
  }

  /** How many records there are. */
  public long records() {
    return kinds.stream().mapToLong(ExportedKind::records).sum();
  }

  Optional<ExportedKind> find(String kind) {
    return kinds.stream().filter(file -> file.kind().equals(kind)).findFirst();
  }

  Json toJson() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("format", FORMAT);
    map.put("formatVersion", FORMAT_VERSION);
    map.put("kinds", kinds.stream().map(ExportedKind::toMap).toList());
    return Json.from(map);
  }

  /**
   * Reads that of an export. Fails with {@link UnavailableException} if there is no export, with
   * {@link CorruptDataException} if it cannot be read, and with {@link InvalidInputException} if it
   * is of a version, or has a kind, that is not known here.
   */
  static Manifest read(Path directory) throws IOException {
    Path file = directory.resolve(FILE);
    try {
      if (Files.size(file) > BYTES_MAX) {
        throw new CorruptDataException("Manifest", "more than " + BYTES_MAX + " bytes");
      }
      return of(directory, parse(Files.readAllBytes(file)));
    } catch (NoSuchFileException | NotDirectoryException e) {
      throw new UnavailableException("There is no export at " + directory, e);
    } catch (CorruptDataException e) {
      throw new CorruptDataException(file.toString(), String.valueOf(e.getMessage()), e);
    }
  }

  private static Json parse(byte[] bytes) {
    try {
      return Json.ofUtf8(bytes);
    } catch (InvalidInputException e) {
      throw new CorruptDataException("Manifest", String.valueOf(e.getMessage()), e);
    }
  }

  private static Manifest of(Path directory, Json json) {
    JsonFields fields = JsonFields.of(json);
    if (!fields.text("format").equals(FORMAT)) {
      throw new CorruptDataException("Member format", "not " + FORMAT);
    }
    long version = fields.number("formatVersion");
    if (version != FORMAT_VERSION) {
      throw unknown(directory, "format version " + version);
    }
    Manifest read =
        new Manifest(
            JsonFields.elements(fields.json("kinds")).stream().map(ExportedKind::of).toList());
    for (ExportedKind kind : read.kinds) {
      if (Kinds.find(kind.kind()).isEmpty()) {
        throw unknown(directory, "records of kind " + kind.kind());
      }
    }
    if (read.kinds.stream().map(ExportedKind::kind).distinct().count() < read.kinds.size()) {
      throw new CorruptDataException("Member kinds", "one of them is there twice");
    }
    return read;
  }

  private static StorageException unknown(Path directory, String what) {
    return new InvalidInputException(
        "export " + directory, "it has " + what + ", which is not known here");
  }
}
