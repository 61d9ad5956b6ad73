package io.holdfast.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.Health;
import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.JsonFields;
import io.holdfast.JsonWriter;
import io.holdfast.MovedException;
import io.holdfast.UnavailableException;
import io.holdfast.UnifiedStorage;
import io.holdfast.contract.Await;
import io.holdfast.event.Event;
import io.holdfast.event.EventFilter;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.file.FileConfiguration.Access;
import io.holdfast.transfer.Moved;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A directory that has moved, as it lies on the disk. */
class MovedTest {

  private static final JobId JOB = new JobId("job");
  private static final Moved THERE =
      new Moved("postgresql://there/db", "id", "", Instant.parse("2026-11-01T00:00:00Z"));

  @RegisterExtension private final FreshDirectory live = new FreshDirectory();

  @TempDir private Path scratch;

  private static Mono<?> append(UnifiedStorage storage) {
    return storage.events().append(JOB, ExpectedVersion.any(), List.of(Event.of("a", Json.EMPTY)));
  }

  private static UnifiedStorage reader(Path directory) {
    return FreshDirectory.open(FileConfiguration.builder(directory).access(Access.READ).build());
  }

  private Path file() {
    return live.path().resolve("holdfast.json");
  }

  /** What a program of any version reads first; those of format 1 refuse all others. */
  private static long format(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    Line line = Line.parse(bytes, 0, bytes.length - 1);
    assertThat(line).isNotNull();
    return JsonFields.of(line.record()).number("format");
  }

  @Test
  void programs_that_know_nothing_of_it_refuse_its_format() throws IOException {
    byte[] before = Files.readAllBytes(file());
    assertThat(format(file())).isEqualTo(1);
    Await.value(live.storage().relocation().moveTo(THERE));

    assertThat(format(file())).isEqualTo(2);
    assertThat(Files.readString(file())).contains("\"moved\":{\"to\":\"postgresql://there/db\"");
    Await.value(live.storage().relocation().takeBack());
    assertThat(Files.readAllBytes(file())).as("as if nothing had been").isEqualTo(before);
  }

  @Test
  void a_format_of_the_future_is_refused() throws IOException {
    live.close();
    Json future =
        new JsonWriter().number("format", 3).text("store", "id").time("created", THERE.at()).end();
    Files.write(file(), Line.bytes("holdfast", future));

    assertThatThrownBy(live::reopen)
        .isInstanceOf(UnavailableException.class)
        .hasMessageContaining("has format 3, this program knows 1 and 2");
    assertThatThrownBy(() -> reader(live.path())).isInstanceOf(UnavailableException.class);
  }

  @Test
  void readers_need_no_journal_though_its_process_was_killed() throws IOException {
    for (int i = 0; i < 20; i++) {
      Await.done(append(live.storage()));
    }
    Await.value(live.storage().relocation().moveTo(THERE));
    Path killed = Directories.copy(live.path(), scratch.resolve("killed"));

    UnifiedStorage reading = reader(killed);
    assertThat(Await.value(reading.events().count(EventFilter.all()))).isEqualTo(20);
    Health health = Await.value(reading.health());
    assertThat(health.problems()).as("nobody has to open it for writing").isEmpty();
    assertThat(health.facts()).containsEntry("moved to", THERE.to());
    FreshDirectory.close(reading);
    assertThatThrownBy(() -> FreshDirectory.open(killed)).isInstanceOf(MovedException.class);
    assertThat(killed.resolve("holdfast.json.new")).doesNotExist();
  }

  @Test
  void a_transaction_that_is_under_way_is_waited_for() {
    Sinks.Empty<Void> goOn = Sinks.empty();
    Sinks.Empty<Void> begun = Sinks.empty();
    CompletableFuture<?> transaction =
        live.storage()
            .inTransaction(
                tx ->
                    tx.events()
                        .append(JOB, ExpectedVersion.any(), List.of(Event.of("a", Json.EMPTY)))
                        .doOnNext(done -> begun.tryEmitEmpty().orThrow())
                        .delayUntil(done -> goOn.asMono()))
            .toFuture();
    Await.done(begun.asMono());
    CompletableFuture<Moved> moving = live.storage().relocation().moveTo(THERE).toFuture();

    assertThat(moving).isNotDone();
    goOn.tryEmitEmpty().orThrow();
    Await.done(Mono.fromFuture(transaction));
    Await.value(Mono.fromFuture(moving));
    assertThat(Await.value(live.storage().events().count(EventFilter.all()))).isEqualTo(1);
    Await.failure(MovedException.class, append(live.storage()));
  }

  @Test
  void it_is_not_taken_back_behind_the_back_of_its_writer() {
    Await.value(live.storage().relocation().moveTo(THERE));
    UnifiedStorage reading = reader(live.path());

    assertThat(Await.failure(UnavailableException.class, reading.relocation().takeBack()))
        .hasMessageContaining("in use");
    live.close();
    assertThat(Await.value(reading.relocation().takeBack())).isEqualTo(THERE);
    Await.done(append(live.reopen()));
    Await.failure(UnavailableException.class, reading.relocation().moveTo(THERE));
    FreshDirectory.close(reading);
  }
}
