package io.holdfast.migration.command;

import io.holdfast.Paging;
import io.holdfast.UnifiedStorage;
import io.holdfast.lock.LockState;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import reactor.core.publisher.Mono;

/** {@code holdfast locks list}. */
@Command(
    name = "list",
    header = "List the locks that are held now, by name, a line a holder.",
    footer = {"", "Example:", "  holdfast locks list --storage postgresql://app@db.example/app"})
public final class LockListCommand implements Callable<Integer> {

  @Mixin private final StorageOption storage = new StorageOption();

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "" + Paging.LIMIT_DEFAULT,
      description = "The most locks, 1 to 10,000. Default: ${DEFAULT-VALUE}.")
  private int limit;

  @Option(names = "--json", description = "Print one JSON object a line.")
  private boolean json;

  @Spec private CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() {
    return Await.exitCode(storage.reading(this::list));
  }

  private Mono<Integer> list(UnifiedStorage opened) {
    return opened.locks().list(limit).collectList().map(this::print);
  }

  private int print(List<LockState> held) {
    PrintWriter out = command.commandLine().getOut();
    if (json) {
      held.forEach(lock -> out.println(LockText.json(lock)));
    } else {
      LockText.table(out, held);
    }
    return ExitCode.OK;
  }
}
