package io.holdfast.migration.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.Position;
import io.holdfast.event.EventFilter;
import io.holdfast.subscription.Slice;
import io.holdfast.subscription.Subscription;
import io.holdfast.subscription.SubscriptionName;
import io.holdfast.subscription.SubscriptionStatus;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How durable subscriptions are shown. */
class SubscriptionTextTest {

  private static final SubscriptionStatus UNCOUNTED =
      new SubscriptionStatus(
          new Subscription(
              new SubscriptionName("billing"),
              1,
              EventFilter.all(),
              false,
              List.of(new Slice(0, 1, new Position("3"))),
              List.of(),
              Instant.EPOCH),
          new Position("7"),
          null,
          List.of());

  @Test
  void a_lag_that_could_not_be_counted_is_a_dash_and_null() {
    StringWriter table = new StringWriter();
    SubscriptionText.table(new PrintWriter(table), List.of(UNCOUNTED));
    StringWriter details = new StringWriter();
    SubscriptionText.details(new PrintWriter(details), UNCOUNTED);

    assertThat(table.toString().lines()).last().asString().matches("billing +idle +0 +1 +3 +- +0");
    assertThat(details.toString()).containsPattern("lag +-\\R");
    assertThat(SubscriptionText.json(UNCOUNTED).tree().get("lag").isNull()).isTrue();
  }
}
