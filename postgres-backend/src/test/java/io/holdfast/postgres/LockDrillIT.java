package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Locks whose holders are stopped, killed and cut off. */
class LockDrillIT {

  private static final Logger LOG = LoggerFactory.getLogger(LockDrillIT.class);

  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  @TempDir Path directory;

  @Test
  @Timeout(180)
  void no_commit_comes_out_of_token_order_when_holders_are_stopped_and_killed() throws Exception {
    run(Duration.ofSeconds(8));
  }

  @Test
  @Tag("soak")
  @Timeout(600)
  void no_commit_comes_out_of_token_order_in_a_minute_of_trouble() throws Exception {
    run(Duration.ofSeconds(60));
  }

  private void run(Duration duration) throws Exception {
    LockDrill drill = new LockDrill(SERVER.storage(), SERVER.currentUrl(), directory, SERVER::jdbc);
    String figures = drill.run(duration);
    LOG.info(figures);
    assertThat(figures).contains("in token order");
  }
}
