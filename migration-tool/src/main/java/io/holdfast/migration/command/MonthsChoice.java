package io.holdfast.migration.command;

import io.holdfast.InvalidInputException;
import io.holdfast.event.EventMonth;
import java.time.Duration;
import java.time.YearMonth;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Which months are meant: some by name, or all that are old. */
final class MonthsChoice {

  private static final Pattern AGE = Pattern.compile("([1-9][0-9]{0,5})d");

  @Option(
      names = "--month",
      paramLabel = "MONTH",
      description = "A month like 2026-01; may be given several times.")
  private List<YearMonth> months = List.of();

  @Option(
      names = "--older-than",
      paramLabel = "AGE",
      description = "Every month that ended so long ago: 90d is 90 days.")
  private String age = "";

  Flux<EventMonth> months(
      Function<YearMonth, Mono<EventMonth>> one, Function<Duration, Flux<EventMonth>> olderThan) {
    return months.isEmpty() ? olderThan.apply(age(age)) : Flux.fromIterable(months).concatMap(one);
  }

  private static Duration age(String text) {
    Matcher matcher = AGE.matcher(text);
    if (!matcher.matches()) {
      throw new InvalidInputException("age", "a number of days like 90d, was " + text);
    }
    return Duration.ofDays(Long.parseLong(matcher.group(1)));
  }
}
