package io.holdfast.migration.command;

import io.holdfast.subscription.SubscriptionStatus;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code holdfast subscriptions show}. */
@Command(
    name = "show",
    header = "Show a durable subscription: its members, its progress, its held jobs.",
    footer = {
      "",
      "Example:",
      "  holdfast subscriptions show billing --storage postgresql://app@db.example/app --json"
    })
public final class SubscriptionShowCommand implements Callable<Integer> {

  @Mixin private final StorageOption storage = new StorageOption();

  @Parameters(paramLabel = "NAME", description = "The subscription.")
  private String name = "";

  @Option(names = "--json", description = "Print one JSON object, with every slice.")
  private boolean json;

  @Spec private CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() {
    return Await.exitCode(
        storage.reading(opened -> opened.subscription(name).status()).map(this::print));
  }

  private int print(SubscriptionStatus status) {
    PrintWriter out = command.commandLine().getOut();
    if (json) {
      out.println(SubscriptionText.json(status));
    } else {
      SubscriptionText.details(out, status);
    }
    return ExitCode.OK;
  }
}
