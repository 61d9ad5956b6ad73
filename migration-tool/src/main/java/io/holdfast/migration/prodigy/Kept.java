package io.holdfast.migration.prodigy;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * A document that is taken, as it was when it was looked at. It is read again when it is exported,
 * so that none of it has to be held.
 *
 * @param file where it is
 * @param element which element of a file of many; -1 if it is the whole file
 * @param shape what it is
 * @param time the newer of two with one name has the later one
 * @param bytes how large it is
 * @param digest tells it from any other content
 * @param notes what is changed in it
 */
record Kept(
    StoreFile file,
    int element,
    Shape shape,
    Instant time,
    int bytes,
    String digest,
    List<String> notes) {

  private static final int DIGEST_BYTES = 16;

  Place place() {
    return Place.of(file, element);
  }

  Kept with(String note) {
    List<String> more = new ArrayList<>(notes);
    more.add(note);
    return new Kept(file, element, shape, time, bytes, digest, List.copyOf(more));
  }

  /** Half of a SHA-256 is more than enough to tell documents apart. */
  static String digest(byte[] canonical) {
    return HexFormat.of().formatHex(Arrays.copyOf(sha256(canonical), DIGEST_BYTES));
  }

  static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
