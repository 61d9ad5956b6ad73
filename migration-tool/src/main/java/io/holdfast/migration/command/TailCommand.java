package io.holdfast.migration.command;

import io.holdfast.InvalidInputException;
import io.holdfast.Position;
import io.holdfast.UnifiedStorage;
import io.holdfast.event.EventFilter;
import io.holdfast.event.RecordedEvent;
import io.holdfast.event.StartFrom;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** {@code holdfast events tail}. */
@Command(
    name = "tail",
    header = "Print events as they happen.",
    description = {
      "Prints position, time, job, version, type and data of each event, in the one order that"
          + " every reader sees, without a gap and without a duplicate. Ends with Ctrl-C, with"
          + " --limit, or when nobody reads its output any more."
    },
    footer = {
      "",
      "Examples:",
      "  holdfast events tail --storage postgresql://app@db.example/app",
      "  holdfast events tail --storage file:.holdfast --from beginning --type job.failed --json",
      "  holdfast events tail --storage \"$DATABASE_URL\" --job nightly-7 --from 4711 --limit 100"
    })
public final class TailCommand implements Callable<Integer> {

  @Mixin private final StorageOption storage = new StorageOption();

  @Mixin private final FilterOption filter = new FilterOption();

  @Option(
      names = "--from",
      paramLabel = "PLACE",
      defaultValue = "now",
      description = "beginning, now, or a position to start behind. Default: ${DEFAULT-VALUE}")
  private String from = "now";

  @Option(names = "--limit", paramLabel = "N", description = "Stop after this many events.")
  private long limit = Long.MAX_VALUE;

  @Option(
      names = "--json",
      description = "Print whole events, one JSON object a line, as 'events append' reads them.")
  private boolean json;

  @Spec private CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() {
    if (limit < 1) {
      throw new ParameterException(
          command.commandLine(), "--limit must be at least 1, was " + limit);
    }
    EventFilter wanted = filter.filter();
    StartFrom start = start();
    return Await.exitCode(storage.reading(opened -> tail(opened, wanted, start)));
  }

  private Mono<Integer> tail(UnifiedStorage opened, EventFilter wanted, StartFrom start) {
    PrintWriter out = command.commandLine().getOut();
    return opened
        .events()
        .subscribe(wanted, start)
        .take(limit)
        .publishOn(Schedulers.boundedElastic())
        .takeWhile(event -> print(out, event))
        .then(Mono.just(ExitCode.OK));
  }

  /** False once nobody reads any more. */
  private boolean print(PrintWriter out, RecordedEvent event) {
    out.println(json ? EventText.json(event) : EventText.columns(event));
    return !out.checkError();
  }

  private StartFrom start() {
    return switch (from) {
      case "beginning" -> StartFrom.beginning();
      case "now" -> StartFrom.now();
      default -> StartFrom.after(position());
    };
  }

  private Position position() {
    try {
      return new Position(from);
    } catch (InvalidInputException e) {
      throw new ParameterException(
          command.commandLine(), "--from must be beginning, now or a position, was " + from, e);
    }
  }
}
