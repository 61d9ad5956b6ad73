package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Durable subscriptions whose members are killed and stopped. */
class SubscriptionDrillIT {

  private static final Logger LOG = LoggerFactory.getLogger(SubscriptionDrillIT.class);

  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  @TempDir Path directory;

  @Test
  @Timeout(180)
  void nothing_is_lost_and_nothing_is_doubled_when_members_are_killed()
      throws IOException, InterruptedException {
    run(10_000, 3, Duration.ofMillis(1_500), Duration.ofSeconds(9));
  }

  @Test
  @Tag("soak")
  @Timeout(1_200)
  void nothing_is_lost_and_nothing_is_doubled_in_a_minute_of_kills()
      throws IOException, InterruptedException {
    run(200_000, 4, Duration.ofSeconds(2), Duration.ofSeconds(60));
  }

  private void run(int events, int processes, Duration pause, Duration duration)
      throws IOException, InterruptedException {
    SubscriptionDrill drill =
        new SubscriptionDrill(SERVER.storage(), SERVER.currentUrl(), directory, events);
    String figures = drill.run(processes, pause, duration);
    LOG.info(figures);
    assertThat(figures).contains("exactly once");
  }
}
