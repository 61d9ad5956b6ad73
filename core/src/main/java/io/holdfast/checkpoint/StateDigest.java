package io.holdfast.checkpoint;

import io.holdfast.Json;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The fingerprint of a state: size and SHA-256 of its canonical form, so that it does not depend on
 * the backend's way of writing JSON.
 *
 * @param sizeBytes the size of the canonical form
 * @param sha256 lower-case hex
 */
public record StateDigest(long sizeBytes, String sha256) {

  /** Computes the fingerprint of {@code state}. */
  public static StateDigest of(Json state) {
    return ofCanonical(state.canonical());
  }

  /** Computes the fingerprint of the state whose canonical form is {@code canonical}. */
  public static StateDigest ofCanonical(byte[] canonical) {
    return new StateDigest(canonical.length, HexFormat.of().formatHex(sha256(canonical)));
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
