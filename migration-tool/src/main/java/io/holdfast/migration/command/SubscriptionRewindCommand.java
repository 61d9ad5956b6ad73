package io.holdfast.migration.command;

import io.holdfast.Position;
import io.holdfast.StorageTime;
import io.holdfast.event.StartFrom;
import io.holdfast.subscription.DurableSubscription;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import reactor.core.publisher.Mono;

/** {@code holdfast subscriptions rewind}. */
@Command(
    name = "rewind",
    header = "Make a durable subscription go on from another place, back or forth.",
    description = {
      "Events behind that place are handled, again if they were handled before; events that are"
          + " jumped over are not. What is under way cannot move the progress any more."
    },
    footer = {
      "",
      "Examples:",
      "  holdfast subscriptions rewind billing --to 4711 --yes --storage file:.holdfast",
      "  holdfast subscriptions rewind billing --to 2026-11-20T10:00:00Z --yes --storage \"$URL\""
    })
public final class SubscriptionRewindCommand implements Callable<Integer> {

  @Mixin private final SubscriptionChange change = new SubscriptionChange();

  @Option(
      names = "--to",
      required = true,
      paramLabel = "PLACE",
      description = "beginning, now, a position to go on behind, or a time (ISO-8601, UTC).")
  private String to = "";

  @Option(names = "--yes", description = "Really: events are handled again, or never.")
  private boolean yes;

  @Override
  public Integer call() {
    change.requireYes(yes, "After a rewind events are handled again, or never");
    if (to.indexOf('T') > 0) {
      Instant time = StorageTime.parse("--to", to);
      return change.apply("goes on from " + to, subscription -> subscription.rewind(time));
    }
    StartFrom place = place();
    return change.apply("goes on from " + to, subscription -> rewind(subscription, place));
  }

  private static Mono<Void> rewind(DurableSubscription subscription, StartFrom place) {
    return subscription.rewind(place);
  }

  private StartFrom place() {
    return switch (to) {
      case "beginning" -> StartFrom.beginning();
      case "now" -> StartFrom.now();
      case "" -> throw change.misused("--to must not be empty");
      default -> StartFrom.after(new Position(to));
    };
  }
}
