package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.contract.Await;
import io.holdfast.contract.CancelStorm;
import io.holdfast.contract.Workload;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Cancels operations over two sides: none stays in the way of an exchange, or on one side only. */
@Tag("soak")
class DualStormIT {

  private static final int CANCELS = 6_000;
  private static final long SEED = 20261126;
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @RegisterExtension final DualSchemas schemas = new DualSchemas();

  @Test
  void both_sides_are_alike_after_a_storm_of_cancels_and_are_exchanged() {
    assertThat(CancelStorm.over(schemas.storage(), CANCELS, SEED).block(PATIENCE))
        .as("every operation of the SPI was cancelled")
        .isEqualTo(CancelStorm.operations());

    requireAlike();
    Await.done(schemas.storage().cutOver(Duration.ofSeconds(20)));
    requireAlike();
    assertThat(Await.value(schemas.storage().status()).problem()).isEmpty();
  }

  /** What was cancelled and written late is found by the comparison. */
  private void requireAlike() {
    schemas.storage().compare().then(schemas.storage().caughtUp()).block(PATIENCE);
    assertThat(Workload.contents(schemas.second()))
        .isEqualTo(Workload.contents(schemas.first().storage()));
  }
}
