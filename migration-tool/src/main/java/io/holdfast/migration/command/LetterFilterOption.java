package io.holdfast.migration.command;

import io.holdfast.JobId;
import io.holdfast.TimeSpan;
import io.holdfast.deadletter.DeadLetterFilter;
import io.holdfast.deadletter.DeadLetterKey;
import io.holdfast.deadletter.ItemId;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Which dead letters a command is about. */
public final class LetterFilterOption {

  @Option(names = "--job", paramLabel = "JOB", description = "Only of this job.")
  private @Nullable String job;

  @Option(
      names = "--item",
      paramLabel = "ITEM",
      description = "Only this item of the job; may be repeated.")
  private List<String> items = List.of();

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      description = "Only with this type of error, last; may be repeated for one of several.")
  private List<String> types = List.of();

  @Option(
      names = "--signature",
      paramLabel = "TEXT",
      description = "Only with this signature, as 'dlq patterns' shows it.")
  private @Nullable String signature;

  @Option(
      names = "--signature-part",
      paramLabel = "TEXT",
      description = "Only with this somewhere in the signature; upper and lower case differ.")
  private @Nullable String signaturePart;

  @Option(
      names = "--eligible",
      negatable = true,
      description = "Only those that may be claimed, now or later; --no-eligible: given up.")
  private @Nullable Boolean eligible;

  @Option(
      names = "--min-failures",
      paramLabel = "N",
      defaultValue = "1",
      description = "Only those that have failed at least so often.")
  private int fewest;

  @Option(
      names = "--max-failures",
      paramLabel = "N",
      defaultValue = "2147483647",
      showDefaultValue = CommandLine.Help.Visibility.NEVER,
      description = "Only those that have failed at most so often.")
  private int most;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description =
          "Only those that failed last at this time or later: 2026-11-20, or"
              + " 2026-11-20T06:58:06Z.")
  private @Nullable String since;

  @Option(names = "--until", paramLabel = "TIME", description = "Only before this time; likewise.")
  private @Nullable String until;

  @Option(
      names = "--where",
      paramLabel = "CONDITION",
      description = {
        "Only items whose data meets this: a path, then = != < <= > >= and a JSON string, number,"
            + " boolean or null; 'contains' and a JSON string; or 'exists'. May be repeated; all must"
            + " hold.",
        "For example '$.step.duration_ms >= 100', or '$.file contains \"src/\"'."
      })
  private List<String> conditions = List.of();

  DeadLetterFilter filter(CommandLine command) {
    DeadLetterFilter filter =
        DeadLetterFilter.all()
            .withKeys(keys(command))
            .withFailures(fewest, most)
            .failedWithin(span());
    filter = job == null ? filter : filter.ofJob(new JobId(job));
    filter = filter.withErrorTypes(Set.copyOf(types));
    filter = signaturePart == null ? filter : filter.withSignaturePart(signaturePart);
    filter = signature == null ? filter : filter.withSignature(signature);
    filter = eligible == null ? filter : filter.withEligible(eligible);
    for (String condition : conditions) {
      filter = filter.where(condition);
    }
    return filter;
  }

  private TimeSpan span() {
    return new TimeSpan(SpanOption.time("--since", since), SpanOption.time("--until", until));
  }

  private Set<DeadLetterKey> keys(CommandLine command) {
    if (items.isEmpty()) {
      return Set.of();
    }
    if (job == null) {
      throw new ParameterException(command, "--item is an item of a job: say --job too");
    }
    JobId of = new JobId(job);
    return items.stream()
        .map(item -> new DeadLetterKey(of, new ItemId(item)))
        .collect(Collectors.toSet());
  }
}
