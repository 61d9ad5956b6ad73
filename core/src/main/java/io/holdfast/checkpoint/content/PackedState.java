package io.holdfast.checkpoint.content;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A state as it is stored. The bytes are not to be changed. */
public final class PackedState {

  private final long base;
  private final byte[] manifest;
  private final @Nullable Pack pack;

  /** As it was stored; without a pack if it brings nothing new. */
  public PackedState(long base, byte[] manifest, @Nullable Pack pack) {
    this.base = base;
    this.manifest = Objects.requireNonNull(manifest, "manifest");
    this.pack = pack;
  }

  /** The first version whose pack it may need; its own, if it builds on nothing. */
  public long base() {
    return base;
  }

  /** Which pieces make it. */
  public byte[] manifest() {
    return manifest;
  }

  /** What no version before it had. */
  public @Nullable Pack pack() {
    return pack;
  }
}
