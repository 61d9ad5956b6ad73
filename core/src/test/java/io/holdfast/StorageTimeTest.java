package io.holdfast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class StorageTimeTest {

  @Test
  void cuts_to_microseconds_and_does_not_round() {
    Instant fine = Instant.parse("2026-12-31T23:59:59.999999999Z");

    assertThat(StorageTime.check("time", fine))
        .isEqualTo(Instant.parse("2026-12-31T23:59:59.999999Z"));
  }

  @Test
  void takes_1970_up_to_but_not_including_2200() {
    Instant last = StorageTime.END.minusNanos(1_000);

    assertThat(StorageTime.check("time", StorageTime.EARLIEST)).isEqualTo(Instant.EPOCH);
    assertThat(StorageTime.check("time", last)).isEqualTo(last);
    for (Instant time :
        List.of(Instant.MIN, Instant.EPOCH.minusNanos(1), StorageTime.END, Instant.MAX)) {
      assertThatThrownBy(() -> StorageTime.check("failure time", time))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("failure time")
          .hasMessageContaining(time.toString());
    }
  }

  @Test
  void prints_six_digits_and_z_and_reads_them_back() {
    assertThat(StorageTime.format(Instant.parse("2026-01-02T03:04:05Z")))
        .isEqualTo("2026-01-02T03:04:05.000000Z");
    assertThat(StorageTime.format(Instant.parse("1999-01-02T03:04:05.1Z")))
        .isEqualTo("1999-01-02T03:04:05.100000Z");
    Instant last = StorageTime.END.minusNanos(1_000);
    assertThat(StorageTime.parse("time", StorageTime.format(last))).isEqualTo(last);
  }

  @Test
  void reads_any_iso_time_and_refuses_the_rest() {
    assertThat(StorageTime.parse("time", "2026-01-02T03:04:05.1234567Z"))
        .isEqualTo(Instant.parse("2026-01-02T03:04:05.123456Z"));
    for (String text : List.of("", "yesterday", "2026-01-02", "2200-01-01T00:00:00Z")) {
      assertThatThrownBy(() -> StorageTime.parse("time", text))
          .as(text)
          .isInstanceOf(InvalidInputException.class);
    }
  }
}
