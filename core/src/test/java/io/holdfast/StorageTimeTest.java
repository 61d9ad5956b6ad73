package io.holdfast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Random;
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
        List.of(
            Instant.MIN,
            Instant.EPOCH.minusNanos(1),
            StorageTime.END,
            Instant.parse("+12345-06-07T08:09:10Z"))) {
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

  @Test
  void prints_and_reads_every_time_as_java_does() {
    Random random = new Random(1);
    DateTimeFormatter java =
        DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    for (int i = 0; i < 10_000; i++) {
      Instant time =
          Instant.ofEpochSecond(
              random.nextLong(StorageTime.END.getEpochSecond()),
              1_000L * random.nextInt(1_000_000));
      String text = StorageTime.format(time);

      assertThat(text).isEqualTo(java.format(time));
      assertThat(StorageTime.parse("time", text)).isEqualTo(time);
    }
    for (Instant far :
        List.of(
            Instant.EPOCH.minusNanos(1),
            StorageTime.END,
            Instant.parse("+12345-06-07T08:09:10Z"))) {
      assertThat(StorageTime.format(far)).isEqualTo(java.format(far));
    }
  }

  @Test
  void reads_the_end_of_a_day_and_refuses_days_that_do_not_exist() {
    assertThat(StorageTime.parse("time", "2024-02-29T24:00:00.000000Z"))
        .isEqualTo(Instant.parse("2024-03-01T00:00:00Z"));
    for (String text :
        List.of(
            "2023-02-29T00:00:00.000000Z",
            "2023-13-01T00:00:00.000000Z",
            "2023-12-01T00:60:00.000000Z",
            "2023-12-01T00:00:00.00000aZ",
            "2023-12-01 00:00:00.000000Z")) {
      assertThatThrownBy(() -> StorageTime.parse("time", text))
          .as(text)
          .isInstanceOf(InvalidInputException.class);
    }
  }
}
