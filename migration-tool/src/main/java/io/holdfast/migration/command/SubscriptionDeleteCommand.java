package io.holdfast.migration.command;

import io.holdfast.subscription.DurableSubscription;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code holdfast subscriptions delete}. */
@Command(
    name = "delete",
    header = "Delete a durable subscription and its progress.",
    description = {"Its members fail. Dead letters stay."},
    footer = {
      "",
      "Example:",
      "  holdfast subscriptions delete billing --yes --storage postgresql://app@db.example/app"
    })
public final class SubscriptionDeleteCommand implements Callable<Integer> {

  @Mixin private final SubscriptionChange change = new SubscriptionChange();

  @Option(names = "--yes", description = "Really: its progress is lost.")
  private boolean yes;

  @Override
  public Integer call() {
    change.requireYes(yes, "Deleting a subscription loses its progress");
    return change.apply("deleted", DurableSubscription::delete);
  }
}
