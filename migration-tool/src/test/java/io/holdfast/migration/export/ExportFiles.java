package io.holdfast.migration.export;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** The files of an export, looked at and spoiled. */
public record ExportFiles(Path directory) {

  /** Every file with its content, by name. */
  public TreeMap<String, List<Byte>> all() throws IOException {
    TreeMap<String, List<Byte>> all = new TreeMap<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        List<Byte> bytes = new ArrayList<>();
        for (byte b : Files.readAllBytes(file)) {
          bytes.add(b);
        }
        all.put(String.valueOf(file.getFileName()), bytes);
      }
    }
    return all;
  }

  void edit(String file, UnaryOperator<String> change) throws IOException {
    Path path = directory.resolve(file);
    String before = Files.readString(path);
    String after = change.apply(before);
    if (after.equals(before)) {
      throw new IllegalArgumentException("Nothing has changed in " + before);
    }
    Files.writeString(path, after);
  }

  /** As {@link #edit}, by somebody who knows about the manifest. */
  void forge(String file, UnaryOperator<String> change) throws IOException {
    String hash = hash(file);
    edit(file, change);
    String forged = hash(file);
    edit("manifest.json", manifest -> manifest.replace(hash, forged));
  }

  private String hash(String file) throws IOException {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256")
                  .digest(Files.readAllBytes(directory.resolve(file))));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
