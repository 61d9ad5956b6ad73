package io.holdfast.checkpoint.content;

import io.holdfast.CorruptDataException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Bytes behind their own SHA-256. */
final class Seal {

  static final int BYTES = 32;

  private Seal() {}

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }

  static byte[] sha256(byte[] bytes) {
    return sha256().digest(bytes);
  }

  /** Puts the seal into the first {@link #BYTES} bytes, which are over the rest. */
  static byte[] put(byte[] bytes) {
    System.arraycopy(of(bytes), 0, bytes, 0, BYTES);
    return bytes;
  }

  /** What is behind the seal; fails with {@link CorruptDataException} if it is broken. */
  static ByteBuffer open(String where, byte[] bytes) {
    if (bytes.length < BYTES
        || !ByteBuffer.wrap(bytes, 0, BYTES).equals(ByteBuffer.wrap(of(bytes)))) {
      throw new CorruptDataException(where, "its SHA-256 does not match");
    }
    return ByteBuffer.wrap(bytes, BYTES, bytes.length - BYTES).slice();
  }

  private static byte[] of(byte[] bytes) {
    MessageDigest digest = sha256();
    digest.update(bytes, BYTES, bytes.length - BYTES);
    return digest.digest();
  }
}
