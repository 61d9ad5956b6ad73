package io.holdfast.migration.command;

import io.holdfast.Paging;
import io.holdfast.deadletter.DeadLetter;
import io.holdfast.deadletter.DeadLetterFilter;
import io.holdfast.deadletter.DeadLetterReports;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import reactor.core.publisher.Flux;

/** {@code holdfast dlq list}. */
@Command(
    name = "list",
    header = "List dead letters, by job, then by item; or the newest failures first.",
    footer = {
      "",
      "Examples:",
      "  holdfast dlq list --storage file:.holdfast",
      "  holdfast dlq list --job nightly-7 --type Timeout --storage \"$DATABASE_URL\"",
      "  holdfast dlq list --newest-first --limit 20 --storage \"$DATABASE_URL\""
    })
public final class LetterListCommand implements Callable<Integer> {

  @Mixin private final StorageOption storage = new StorageOption();
  @Mixin private final LetterFilterOption letters = new LetterFilterOption();

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "" + Paging.LIMIT_DEFAULT,
      description = "The most to list, 1 to 10,000. Default: ${DEFAULT-VALUE}.")
  private int limit;

  @Option(
      names = "--newest-first",
      description = "Those that failed last before the others; --until goes on behind a moment.")
  private boolean newestFirst;

  @Option(names = "--json", description = "Print one JSON object a line.")
  private boolean json;

  @Spec private CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() {
    DeadLetterFilter filter = letters.filter(command.commandLine()).limit(limit);
    return Await.exitCode(
        storage.reading(
            opened -> list(opened.deadLetters(), filter).collectList().map(this::print)));
  }

  private Flux<DeadLetter> list(DeadLetterReports reports, DeadLetterFilter filter) {
    return newestFirst ? reports.listNewest(filter, null) : reports.list(filter);
  }

  private int print(List<DeadLetter> found) {
    PrintWriter out = command.commandLine().getOut();
    if (json) {
      found.forEach(letter -> out.println(DeadLetter.KIND.encode(letter)));
    } else {
      LetterText.table(out, found, Instant.now());
    }
    return ExitCode.OK;
  }
}
