package io.holdfast.lock;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.Json;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Locks as they are written. */
class LockStateTest {

  private static final Instant END = Instant.parse("2026-11-20T10:00:00Z");
  private static final LockName NAME = new LockName("lock");

  @Test
  void what_was_written_before_there_were_modes_is_read() {
    Json held =
        Json.of(
            "{\"name\":\"lock\",\"token\":7,\"owner\":\"a\","
                + "\"expiresAt\":\"2026-11-20T10:00:00Z\"}");
    Json free = Json.of("{\"name\":\"lock\",\"token\":7,\"expiresAt\":\"2026-11-20T10:00:00Z\"}");

    LockState decoded = LockState.KIND.decode(held);
    assertThat(decoded).isEqualTo(new LockState(NAME, 7, "a", END));
    assertThat(decoded.holders()).containsExactly(new LockHolder("a", 7, END, 1, Json.EMPTY));
    assertThat(LockState.KIND.decode(free).holders()).isEmpty();
  }

  @Test
  void what_could_be_written_before_is_written_as_it_was() {
    assertThat(LockState.KIND.encode(new LockState(NAME, 7, "a", END)).toString())
        .isEqualTo(
            "{\"name\":\"lock\",\"token\":7,\"owner\":\"a\","
                + "\"expiresAt\":\"2026-11-20T10:00:00.000000Z\"}");
  }

  @Test
  void every_holder_is_written_and_read() {
    LockHolder a = new LockHolder("a", 7, END, 2, Json.of("{\"n\":1}"));
    LockHolder b = new LockHolder("b", 9, END.minusSeconds(5), 3, Json.EMPTY);
    LockHolder alone = new LockHolder("b", 9, END, 1, Json.of("[1]"));

    for (LockState state :
        List.of(
            new LockState(NAME, 9, END, List.of(b, a)),
            new LockState(NAME, 9, END, List.of(a)),
            new LockState(NAME, 9, END, List.of(alone)),
            new LockState(NAME, 9, END, List.of()))) {
      assertThat(LockState.KIND.decode(LockState.KIND.encode(state))).isEqualTo(state);
    }
  }
}
