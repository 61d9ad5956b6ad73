package io.holdfast.migration.command;

import io.holdfast.Position;
import io.holdfast.UnifiedStorage;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventQuery;
import io.holdfast.event.RecordedEvent;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** {@code holdfast events query}. */
@Command(
    name = "query",
    header = "Print events that are there.",
    description = {
      "Prints the events that match, oldest first, as 'events tail' does, and ends. With --count,"
          + " how many there are."
    },
    footer = {
      "",
      "Examples:",
      "  holdfast events query --storage file:.holdfast --job nightly-7",
      "  holdfast events query --storage \"$DATABASE_URL\" --newest --limit 20 --type job.failed",
      "  holdfast events query --storage \"$DATABASE_URL\" --since 2026-11-01 --text 'time out' \\",
      "      --where '$.step.duration_ms >= 1000' --json"
    })
public final class QueryCommand implements Callable<Integer> {

  @Mixin private final StorageOption storage = new StorageOption();
  @Mixin private final FilterOption filter = new FilterOption();

  @Option(names = "--newest", description = "Newest first.")
  private boolean newest;

  @Option(
      names = "--from",
      paramLabel = "POSITION",
      description = "Start behind this position; with --newest, before it.")
  private @Nullable String from;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Print no more than this many. Default: ${DEFAULT-VALUE}")
  private int limit = EventQuery.LIMIT_DEFAULT;

  @Option(names = "--count", description = "Print only how many events match; looks at all.")
  private boolean count;

  @Option(names = "--json", description = "Print whole events, one JSON object a line.")
  private boolean json;

  @Spec private CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() {
    if (count && from != null) {
      throw new ParameterException(
          command.commandLine(),
          "--count looks at all that match: leave out --from, or narrow it down by --since");
    }
    EventFilter wanted = filter.filter();
    EventQuery query =
        (newest ? EventQuery.backward(wanted) : EventQuery.forward(wanted)).limit(limit);
    EventQuery placed = from == null ? query : query.from(new Position(from));
    PrintWriter out = command.commandLine().getOut();
    return Await.exitCode(
        storage.reading(opened -> count ? count(opened, wanted, out) : list(opened, placed, out)));
  }

  private Mono<Integer> list(UnifiedStorage opened, EventQuery query, PrintWriter out) {
    return opened
        .events()
        .read(query)
        .publishOn(Schedulers.boundedElastic())
        .takeWhile(event -> print(out, event))
        .then(Mono.just(ExitCode.OK));
  }

  private static Mono<Integer> count(UnifiedStorage opened, EventFilter wanted, PrintWriter out) {
    return opened.events().count(wanted).doOnNext(out::println).thenReturn(ExitCode.OK);
  }

  /** False once nobody reads any more. */
  private boolean print(PrintWriter out, RecordedEvent event) {
    out.println(json ? EventText.json(event) : EventText.columns(event));
    return !out.checkError();
  }
}
