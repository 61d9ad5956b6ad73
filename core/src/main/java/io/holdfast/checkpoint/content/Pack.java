package io.holdfast.checkpoint.content;

import io.holdfast.CorruptDataException;

/**
 * The pieces that one version was the first to have, as they are stored. The bytes are not to be
 * changed.
 */
public final class Pack {

  private final long version;
  private final byte[] directory;
  private final byte[] body;

  /** As it was stored by {@code version}; looked at when it is used. */
  public Pack(long version, byte[] directory, byte[] body) {
    this.version = version;
    this.directory = directory;
    this.body = body;
  }

  /** The version that brought it. */
  public long version() {
    return version;
  }

  /** What is in it. */
  public byte[] directory() {
    return directory;
  }

  /** The pieces. */
  public byte[] body() {
    return body;
  }

  /** The SHA-256 of the body as it is now. */
  byte[] bodySha256() {
    return Seal.sha256(body);
  }

  /** The pieces one behind the other, if body and directory are intact. */
  byte[] pieces(String where, Directory read) {
    if (!read.isOf(bodySha256())) {
      throw new CorruptDataException(where, "the SHA-256 of its body does not match");
    }
    return Body.unpack(where, body, read.length());
  }
}
