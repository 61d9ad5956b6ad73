package io.holdfast.migration.command;

import io.holdfast.event.StartFrom;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code holdfast subscriptions reset}. */
@Command(
    name = "reset",
    header = "Begin a durable subscription again with the first event that there is.",
    description = {"The same as 'rewind --to beginning': every event is handled again."},
    footer = {
      "",
      "Example:",
      "  holdfast subscriptions reset billing --yes --storage postgresql://app@db.example/app"
    })
public final class SubscriptionResetCommand implements Callable<Integer> {

  @Mixin private final SubscriptionChange change = new SubscriptionChange();

  @Option(names = "--yes", description = "Really: every event is handled again.")
  private boolean yes;

  @Override
  public Integer call() {
    change.requireYes(yes, "After a reset every event is handled again");
    return change.apply("begins again", subscription -> subscription.rewind(StartFrom.beginning()));
  }
}
