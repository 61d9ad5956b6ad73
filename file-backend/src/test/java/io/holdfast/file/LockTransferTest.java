package io.holdfast.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.RecordTransfer;
import io.holdfast.lock.LockName;
import io.holdfast.lock.LockState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Which form of a lock a copy keeps. */
class LockTransferTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  @RegisterExtension private final FreshDirectory live = new FreshDirectory();

  private static LockState lock(long token, @Nullable String owner, int second) {
    Instant end = Instant.parse("2026-11-20T10:00:00Z").plusSeconds(second);
    return new LockState(new LockName("lock"), token, owner, end);
  }

  private void requireLoads(LockState record, long written) {
    RecordTransfer<LockState> locks = live.storage().transfer(LockState.KIND);
    assertThat(Objects.requireNonNull(locks.load(List.of(record)).block(LIMIT)))
        .as("load %s", record)
        .isEqualTo(written);
    if (written == 1) {
      assertThat(locks.export().blockLast(LIMIT)).isEqualTo(record);
    }
  }

  @Test
  void a_copy_follows_a_lock_until_its_release() {
    requireLoads(lock(2, "a", 30), 1);
    requireLoads(lock(2, "a", 30), 0);
    requireLoads(lock(2, "a", 20), 0);
    requireLoads(lock(2, "b", 60), 0);
    requireLoads(lock(1, null, 90), 0);
    requireLoads(lock(2, "a", 60), 1);
    requireLoads(lock(2, null, 10), 1);
    requireLoads(lock(2, "a", 90), 0);
    requireLoads(lock(2, null, 90), 0);
    requireLoads(lock(3, "b", 5), 1);
  }
}
