package io.holdfast.migration.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.InvalidInputException;
import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.event.Event;
import io.holdfast.event.EventOrigin;
import io.holdfast.event.JobEvent;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventLineTest {

  @Test
  void reads_every_member() {
    JobEvent event =
        new EventLine(null)
            .parse(
                "{\"job\":\"j\",\"type\":\"t\",\"data\":{\"n\":1},\"id\":\"i\","
                    + "\"correlationId\":\"c\",\"agentId\":\"a\",\"createdAt\":\"2026-01-02T03:04:05Z\"}");

    assertThat(event)
        .isEqualTo(
            new JobEvent(
                new JobId("j"),
                new Event(
                    "t",
                    Json.of("{\"n\":1}"),
                    new EventOrigin("i", "c", "a"),
                    Instant.parse("2026-01-02T03:04:05Z"))));
  }

  @Test
  void needs_only_job_and_type() {
    assertThat(new EventLine("from-option").parse("{\"type\":\"t\"}"))
        .isEqualTo(new JobEvent(new JobId("from-option"), Event.of("t", Json.EMPTY)));
  }

  @Test
  void prefers_the_job_of_the_line() {
    assertThat(new EventLine("other").parse("{\"job\":\"j\",\"type\":\"t\"}").job())
        .isEqualTo(new JobId("j"));
  }

  @Test
  void keeps_null_data_and_exact_numbers() {
    EventLine line = new EventLine("j");

    assertThat(line.parse("{\"type\":\"t\",\"data\":null}").event().data())
        .isEqualTo(Json.of("null"));
    assertThat(line.parse("{\"type\":\"t\",\"data\":12345678901234567890.25}").event().data())
        .hasToString("12345678901234567890.25");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"type\":\"t\"}              | absent (at /job)",
        "{\"job\":\"j\"}               | absent (at /type)",
        "{\"job\":7,\"type\":\"t\"}    | not a string (at /job)",
        "{\"job\":\"j\",\"typo\":\"t\"} | unknown member (at /typo)",
        "{\"job\":\"\",\"type\":\"t\"} | must not be empty",
        "{\"job\":\"j\",\"type\":\"t\",\"createdAt\":\"now\"} | not an ISO-8601 time",
        "{\"job\":\"j\",\"type\":\"t\",\"data\":\"\\u0000\"} | \\u0000",
        "[]                            | not a JSON object",
        "{\"job\":\"j\"                | ends too early",
        "{} {}                         | more than one value",
      })
  void says_what_is_wrong(String line, String reason) {
    assertThatThrownBy(() -> new EventLine(null).parse(line))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(reason);
  }
}
