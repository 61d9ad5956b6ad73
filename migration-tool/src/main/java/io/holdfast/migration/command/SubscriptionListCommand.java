package io.holdfast.migration.command;

import io.holdfast.UnifiedStorage;
import io.holdfast.subscription.SubscriptionStatus;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import reactor.core.publisher.Mono;

/** {@code holdfast subscriptions list}. */
@Command(
    name = "list",
    header = "List durable subscriptions, and how far behind they are.",
    description = {
      "The lag is how many matching events lie behind the slice that is furthest behind, counted up"
          + " to a million."
    },
    footer = {
      "",
      "Example:",
      "  holdfast subscriptions list --storage postgresql://app@db.example/app"
    })
public final class SubscriptionListCommand implements Callable<Integer> {

  @Mixin private final StorageOption storage = new StorageOption();

  @Option(names = "--json", description = "Print one JSON object a line.")
  private boolean json;

  @Spec private CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() {
    return Await.exitCode(storage.reading(this::list));
  }

  private Mono<Integer> list(UnifiedStorage opened) {
    return opened
        .subscriptions()
        .list()
        .concatMap(found -> opened.subscription(found.name().value()).status())
        .collectList()
        .map(this::print);
  }

  private int print(List<SubscriptionStatus> all) {
    PrintWriter out = command.commandLine().getOut();
    if (json) {
      all.forEach(status -> out.println(SubscriptionText.json(status)));
    } else {
      SubscriptionText.table(out, all);
    }
    return ExitCode.OK;
  }
}
