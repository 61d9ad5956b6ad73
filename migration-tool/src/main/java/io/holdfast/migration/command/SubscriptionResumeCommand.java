package io.holdfast.migration.command;

import io.holdfast.subscription.DurableSubscription;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code holdfast subscriptions resume}. */
@Command(
    name = "resume",
    header = "Go on with a paused durable subscription.",
    description = {"Its members go on within about a second."},
    footer = {
      "",
      "Example:",
      "  holdfast subscriptions resume billing --storage postgresql://app@db.example/app"
    })
public final class SubscriptionResumeCommand implements Callable<Integer> {

  @Mixin private final SubscriptionChange change = new SubscriptionChange();

  @Override
  public Integer call() {
    return change.apply("resumed", DurableSubscription::resume);
  }
}
