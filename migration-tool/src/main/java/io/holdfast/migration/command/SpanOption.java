package io.holdfast.migration.command;

import io.holdfast.StorageTime;
import io.holdfast.TimeSpan;
import java.time.Instant;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Between which times. */
public final class SpanOption {

  private static final Pattern DATE = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = "Only at this time or later: 2026-11-20, or 2026-11-20T06:58:06Z.")
  private @Nullable String since;

  @Option(names = "--until", paramLabel = "TIME", description = "Only before this time; likewise.")
  private @Nullable String until;

  @Nullable Instant from() {
    return time("--since", since);
  }

  @Nullable Instant before() {
    return time("--until", until);
  }

  TimeSpan span() {
    return new TimeSpan(from(), before());
  }

  /** A date is its midnight, UTC. */
  static @Nullable Instant time(String option, @Nullable String value) {
    if (value == null) {
      return null;
    }
    return StorageTime.parse(option, DATE.matcher(value).matches() ? value + "T00:00:00Z" : value);
  }
}
