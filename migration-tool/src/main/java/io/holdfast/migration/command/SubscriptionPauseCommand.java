package io.holdfast.migration.command;

import io.holdfast.subscription.DurableSubscription;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code holdfast subscriptions pause}. */
@Command(
    name = "pause",
    header = "Stop all work on a durable subscription.",
    description = {"Its members stop after the batch they are at, within about a second."},
    footer = {
      "",
      "Example:",
      "  holdfast subscriptions pause billing --storage postgresql://app@db.example/app"
    })
public final class SubscriptionPauseCommand implements Callable<Integer> {

  @Mixin private final SubscriptionChange change = new SubscriptionChange();

  @Override
  public Integer call() {
    return change.apply("paused", DurableSubscription::pause);
  }
}
