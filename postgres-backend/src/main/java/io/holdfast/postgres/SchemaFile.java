package io.holdfast.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** One numbered change of the schema: {@code V003__sessions.sql}. */
record SchemaFile(int version, String name, String text) {

  private static final String FOLDER = "schema/";

  /** All changes, in order. */
  static List<SchemaFile> all() {
    return Arrays.stream(read("index").split("\\s+")).map(SchemaFile::of).toList();
  }

  private static SchemaFile of(String name) {
    return new SchemaFile(Integer.parseInt(name.substring(1, 4)), name, read(name));
  }

  String checksum() {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }

  private static String read(String name) {
    try (InputStream in = SchemaFile.class.getResourceAsStream(FOLDER + name)) {
      if (in == null) {
        throw new IllegalStateException("Not on the class path: " + FOLDER + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
