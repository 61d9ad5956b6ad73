package io.holdfast.migration.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.Holdfast;
import io.holdfast.UnifiedStorage;
import io.holdfast.contract.Await;
import io.holdfast.postgres.PostgresServer;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;

/** An orchestrator that is killed with SIGKILL while it runs, on PostgreSQL and on files. */
class CrashDrillIT {

  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  /** Where the orchestrator keeps its state. */
  enum Place {
    POSTGRESQL,
    FILES
  }

  private final long seed = Long.getLong("holdfast.crash.seed", System.nanoTime());

  @TempDir private Path directory;

  @ParameterizedTest
  @EnumSource
  @Timeout(180)
  void every_item_is_settled_exactly_once_though_the_orchestrator_is_killed(Place place)
      throws IOException, InterruptedException {
    drill(place, new Run(300), 3);
  }

  @ParameterizedTest
  @EnumSource
  @Tag("soak")
  @Timeout(900)
  void every_item_is_settled_exactly_once_though_the_orchestrator_is_killed_thirty_times(
      Place place) throws IOException, InterruptedException {
    drill(place, new Run(2_000), 30);
  }

  private void drill(Place place, Run run, int kills) throws IOException, InterruptedException {
    String url = place == Place.FILES ? "file:" + directory.resolve("store") : SERVER.currentUrl();
    long start = System.nanoTime();

    String killed = new CrashDrill(run, url, directory, seed).run(kills);

    double seconds = (System.nanoTime() - start) / 1e9;
    Remains remains =
        Await.value(Mono.usingWhen(Holdfast.open(url), Remains::of, UnifiedStorage::close));
    System.out.printf("%s, %.1f s: %s; %s%n", place, seconds, killed, remains.figures());
    assertThat(new Audit(run, kills, remains).problems()).as("seed %s", seed).isEmpty();
  }
}
