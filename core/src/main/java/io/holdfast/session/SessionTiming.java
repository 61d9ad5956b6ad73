package io.holdfast.session;

import io.holdfast.StorageTime;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When things happened to a session, by the storage's clock.
 *
 * @param createdAt when it was created
 * @param updatedAt when it was last written
 * @param finishedAt when it reached a finished state; {@code null} while it is in none
 */
public record SessionTiming(Instant createdAt, Instant updatedAt, @Nullable Instant finishedAt) {

  /** Cuts and checks the times. */
  public SessionTiming {
    createdAt = StorageTime.check("created at", createdAt);
    updatedAt = StorageTime.check("updated at", updatedAt);
    finishedAt = finishedAt == null ? null : StorageTime.check("finished at", finishedAt);
  }

  /** From creation to the last write. */
  public Duration duration() {
    return Duration.between(createdAt, updatedAt);
  }
}
