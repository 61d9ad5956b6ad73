package io.holdfast.migration;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.Holdfast;
import io.holdfast.Json;
import io.holdfast.MovedException;
import io.holdfast.SessionId;
import io.holdfast.UnifiedStorage;
import io.holdfast.contract.Await;
import io.holdfast.dual.DualMode;
import io.holdfast.dual.DualOptions;
import io.holdfast.dual.DualStorage;
import io.holdfast.postgres.PostgresServer;
import io.holdfast.session.SessionDetails;
import io.holdfast.transfer.Moved;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The steps of docs/moving.md compile, run, and are printed there to the letter. */
class MovingExampleIT {

  private static final SessionId BEFORE = new SessionId("before");
  private static final SessionId AFTER = new SessionId("after");

  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  @TempDir private Path directory;

  @Test
  void a_system_is_moved_for_good() {
    String filesUrl = "file:" + directory.resolve("state");
    String postgresUrl = SERVER.currentUrl();

    // tag::open
    UnifiedStorage files = Holdfast.open(filesUrl).block(); // "file:state"
    UnifiedStorage postgres = Holdfast.open(postgresUrl).block(); // "postgresql://host/db"
    DualStorage storage = DualStorage.open(files, postgres, DualOptions.DEFAULT).block();
    // end::open

    create(storage, BEFORE);

    // tag::validate
    storage.caughtUp().block(Duration.ofHours(1)); // the back-fill is done
    storage.mode(DualMode.READ_VALIDATION);
    // end::validate

    assertThat(storage.sessions().find(BEFORE).block()).isNotNull();

    // tag::progress
    storage.mode(DualMode.progressive(10)); // and more, as nothing is wrong
    // end::progress

    // tag::exchange
    storage.mode(DualMode.WRITE_THROUGH);
    storage.compare().then(storage.caughtUp()).block(Duration.ofHours(1));
    storage.cutOver(Duration.ofSeconds(30)).block(); // PostgreSQL leads; again, and the files do
    // end::exchange

    create(storage, AFTER);
    assertThat(postgres.sessions().find(AFTER).block()).isNotNull();

    // tag::finish
    storage.caughtUp().block(Duration.ofMinutes(5)); // the files are a copy, should they be needed
    storage.close().block();
    String store = postgres.relocation().storeId().block();
    files
        .relocation()
        .moveTo(new Moved("postgresql://host/db", store, "", Instant.now()))
        .then(files.close())
        .then(postgres.close())
        .block();
    // end::finish

    requireMoved(filesUrl, postgresUrl);
  }

  private void requireMoved(String filesUrl, String postgresUrl) {
    assertThat(Await.failure(MovedException.class, Holdfast.open(filesUrl)).to())
        .isEqualTo("postgresql://host/db");
    Commands.succeed(
        "locks", "release", "holdfast/leading-store", "--storage", postgresUrl, "--yes");
    UnifiedStorage third = Holdfast.open("file:" + directory.resolve("third")).block();
    UnifiedStorage postgres = Holdfast.open(postgresUrl).block();
    DualStorage again = DualStorage.open(postgres, third, DualOptions.DEFAULT.owningBoth()).block();
    again.caughtUp().block(Await.LIMIT);
    assertThat(third.sessions().find(BEFORE).block()).isNotNull();
    again.close().block();
  }

  private static void create(UnifiedStorage storage, SessionId id) {
    Await.done(storage.sessions().create(id, SessionDetails.of("build", "nightly", Json.EMPTY)));
  }

  @Test
  void is_printed_where_it_is_explained() throws IOException {
    Printed printed = Printed.in(getClass());
    assertThat(Files.readString(Path.of("../docs/moving.md")))
        .contains(
            printed.example("open"),
            printed.example("validate"),
            printed.example("progress"),
            printed.example("exchange"),
            printed.example("finish"));
  }
}
