package io.holdfast.postgres;

import static io.holdfast.postgres.ArchiveIT.archive;
import static io.holdfast.postgres.ArchiveIT.fill;
import static io.holdfast.postgres.ArchiveIT.read;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.NotFoundException;
import io.holdfast.UnavailableException;
import io.holdfast.UnifiedStorage;
import io.holdfast.contract.Await;
import io.holdfast.event.EventMonth;
import io.holdfast.event.Removal;
import java.time.YearMonth;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Dropping archived months: whole, or broken off and finished by doing it again. */
class ArchiveDropIT {

  private static final YearMonth JANUARY = YearMonth.of(2022, 1);

  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  private static MemoryArchive place() {
    return MemoryArchiveProvider.at(
        Objects.requireNonNull(PostgresUrl.parse(SERVER.currentUrl()).archive()).url());
  }

  @Test
  void a_drop_that_left_files_behind_is_finished_by_dropping_again() {
    UnifiedStorage storage = SERVER.storage();
    fill(storage, 30);
    Await.done(archive(storage, JANUARY));
    place().keepAll(true);
    Await.failure(UnavailableException.class, drop(storage, Removal.CHECKED));
    assertThat(read(storage)).as("nobody looks for it any more").hasSize(20);
    assertThat(Await.all(place().list())).hasSize(1);
    place().keepAll(false);

    assertThat(Await.value(drop(storage, Removal.CHECKED.asDryRun())).events()).isEqualTo(10);
    assertThat(Await.value(drop(storage, Removal.CHECKED)).events()).isEqualTo(10);

    assertThat(Await.all(place().list())).isEmpty();
    Await.failure(NotFoundException.class, drop(storage, Removal.CHECKED));
  }

  @Test
  void a_month_whose_archive_is_away_is_not_dropped() {
    UnifiedStorage storage = SERVER.storage();
    fill(storage, 30);
    Await.done(archive(storage, JANUARY));
    place().away(true);

    Await.failure(UnavailableException.class, drop(storage, Removal.FORCED));

    place().away(false);
    assertThat(read(storage)).hasSize(30);
    Await.done(drop(storage, Removal.CHECKED));
    assertThat(Await.all(place().list())).isEmpty();
  }

  @Test
  void a_copy_that_was_never_noted_goes_with_its_month() {
    UnifiedStorage storage = SERVER.storage();
    fill(storage, 30);
    Await.done(place().write(JANUARY, Flux.fromIterable(read(storage)).take(1)));

    Await.done(drop(storage, Removal.CHECKED));

    assertThat(Await.all(place().list())).isEmpty();
    assertThat(read(storage)).hasSize(20);
  }

  private static Mono<EventMonth> drop(UnifiedStorage storage, Removal removal) {
    return storage.events().months().drop(JANUARY, removal);
  }
}
