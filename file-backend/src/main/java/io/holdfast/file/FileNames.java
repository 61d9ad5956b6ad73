package io.holdfast.file;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Makes file names of ids: lower-case letters, digits, {@code -}, {@code _} and inner dots stay,
 * everything else becomes {@code %XX}, upper case too, as some file systems do not tell cases
 * apart.
 */
final class FileNames {

  /** Room for the suffix below and {@code .json} within the usual 255 bytes. */
  private static final int CHARS_MAX = 180;

  private FileNames() {}

  /** A name of at most 245 ASCII characters; ids that differ have names that differ. */
  static String of(String id) {
    byte[] utf8 = id.getBytes(StandardCharsets.UTF_8);
    StringBuilder name = new StringBuilder(utf8.length + 16);
    int cut = -1;
    for (int i = 0; i < utf8.length; i++) {
      if (cut < 0 && name.length() > CHARS_MAX - 3) {
        cut = name.length();
      }
      append(name, utf8[i], i > 0 && i < utf8.length - 1);
    }
    if (name.length() <= CHARS_MAX) {
      return name.toString();
    }
    // The tilde stands in no name that is not cut.
    return name.substring(0, cut) + "~" + sha256(utf8);
  }

  private static void append(StringBuilder name, byte b, boolean inner) {
    char c = (char) (b & 0xff);
    boolean plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    if (plain || (inner && c == '.')) {
      name.append(c);
    } else {
      name.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
    }
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
