package io.holdfast.migration.command;

import io.holdfast.JobId;
import io.holdfast.event.EventFilter;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which events a command is about. */
public final class FilterOption {

  @Option(names = "--job", paramLabel = "JOB", description = "Only of this job; may be repeated.")
  private List<String> jobs = List.of();

  @Option(names = "--type", paramLabel = "TYPE", description = "Only of this type; likewise.")
  private List<String> types = List.of();

  @Option(names = "--correlation", paramLabel = "ID", description = "Only of this correlation.")
  private @Nullable String correlation;

  @Option(names = "--agent", paramLabel = "ID", description = "Only by this agent.")
  private @Nullable String agent;

  @Mixin private final SpanOption span = new SpanOption();

  @Option(
      names = "--where",
      paramLabel = "CONDITION",
      description = {
        "Only data that meets this: a path, then = != < <= > >= and a JSON string, number, boolean"
            + " or null; 'contains' and a JSON string; or 'exists'. May be repeated; all must hold.",
        "For example '$.step.duration_ms >= 100' or '$.items[0].\"a name\" exists'."
      })
  private List<String> conditions = List.of();

  @Option(
      names = "--text",
      paramLabel = "WORDS",
      description = "Only data with all of these words in its strings.")
  private @Nullable String text;

  EventFilter filter() {
    EventFilter filter =
        EventFilter.all()
            .withJobs(jobs.stream().map(JobId::new).collect(Collectors.toSet()))
            .withTypes(types.stream().distinct().toArray(String[]::new))
            .within(span.from(), span.before());
    filter = correlation == null ? filter : filter.withCorrelation(correlation);
    filter = agent == null ? filter : filter.withAgent(agent);
    filter = text == null ? filter : filter.withText(text);
    for (String condition : conditions) {
      filter = filter.where(condition);
    }
    return filter;
  }
}
