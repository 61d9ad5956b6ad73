package io.holdfast.lock;

import io.holdfast.Json;
import io.holdfast.JsonFields;
import io.holdfast.JsonWriter;
import io.holdfast.StorageTime;
import java.time.Instant;
import java.util.Objects;

/**
 * Who holds a lock, as others see it.
 *
 * @param owner the holder
 * @param token its fencing token
 * @param expiresAt when its lease ends or ended, by the storage's clock
 * @param holdersMax how many it suffers at once, itself included; 1 is an exclusive holder
 * @param metadata what it says about itself
 */
public record LockHolder(
    String owner, long token, Instant expiresAt, int holdersMax, Json metadata) {

  /** Cuts the time. */
  public LockHolder {
    Objects.requireNonNull(owner, "owner");
    Objects.requireNonNull(metadata, "metadata");
    expiresAt = StorageTime.check("expires at", expiresAt);
  }

  /** As JSON, for backends; {@link #decode} reads it. */
  public Json encode() {
    return new JsonWriter()
        .text("owner", owner)
        .number("token", token)
        .time("expiresAt", expiresAt)
        .number("holdersMax", holdersMax)
        .json("metadata", metadata)
        .end();
  }

  /** Reads {@link #encode}'s result. */
  public static LockHolder decode(Json json) {
    JsonFields fields = JsonFields.of(json);
    return new LockHolder(
        fields.text("owner"),
        fields.number("token"),
        fields.time("expiresAt"),
        (int) fields.number("holdersMax"),
        fields.json("metadata"));
  }

  /** True if it is the same holder under the same token, whenever its lease ends. */
  boolean isSame(LockHolder other) {
    return token == other.token && owner.equals(other.owner);
  }
}
