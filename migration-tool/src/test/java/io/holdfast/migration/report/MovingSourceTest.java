package io.holdfast.migration.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.Holdfast;
import io.holdfast.JobId;
import io.holdfast.RecordKind;
import io.holdfast.UnifiedStorage;
import io.holdfast.contract.Await;
import io.holdfast.event.EventFilter;
import io.holdfast.event.RecordedEvent;
import io.holdfast.migration.OddRecords;
import io.holdfast.migration.copy.CopyOptions;
import io.holdfast.migration.copy.Intake;
import io.holdfast.migration.copy.Progress;
import io.holdfast.migration.copy.RecordSource;
import io.holdfast.migration.copy.StorageSource;
import io.holdfast.session.Session;
import io.holdfast.transfer.MigrationState;
import io.holdfast.transfer.MigrationTurn;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A source that others go on writing to. */
class MovingSourceTest {

  private static final MigrationTurn TURN = new MigrationTurn("s", "h", Migration.LEASE);

  @TempDir private Path directory;
  private UnifiedStorage from;
  private UnifiedStorage to;

  @BeforeEach
  void open() {
    from = Await.value(Holdfast.open("file:" + directory.resolve("from")));
    to = Await.value(Holdfast.open("file:" + directory.resolve("to")));
    Await.done(OddRecords.loadInto(from));
  }

  @AfterEach
  void close() {
    Await.done(from.close());
    Await.done(to.close());
  }

  private Report migrate(RecordSource source) {
    return Await.value(
        new Migration(source, to, Progress.NONE).run(TURN, CopyOptions.ofChunks(10)));
  }

  private MigrationState state() {
    return Await.value(to.migrations().find()).state();
  }

  @Test
  void a_change_while_it_is_copied_is_a_difference() {
    Report report = migrate(new Moving(new StorageSource(from, false)));

    assertThat(report.isIdentical()).isFalse();
    assertThat(report.first())
        .singleElement()
        .satisfies(difference -> assertThat(difference.kind()).isEqualTo("sessions"));
    assertThat(state()).isEqualTo(MigrationState.COPIED);
  }

  @Test
  void a_source_that_nobody_changes_is_proved() {
    assertThat(migrate(new StorageSource(from, false)).isIdentical()).isTrue();
    assertThat(state()).isEqualTo(MigrationState.VERIFIED);
  }

  /** Behind the first reading, one of its sessions has gone on. */
  private record Moving(StorageSource source, AtomicInteger readings) implements RecordSource {

    Moving(StorageSource source) {
      this(source, new AtomicInteger());
    }

    @Override
    @SuppressWarnings("unchecked")
    public <R> Flux<R> export(RecordKind<R> kind) {
      if (!kind.equals(Session.KIND)) {
        return source.export(kind);
      }
      return Flux.defer(
          () -> {
            boolean first = readings.getAndIncrement() == 0;
            return source
                .export(Session.KIND)
                .index((n, session) -> (R) (first || n > 0 ? session : later(session)));
          });
    }

    private static Session later(Session session) {
      return new Session(
          session.id(),
          session.version() + 1,
          session.state(),
          session.details(),
          session.timing());
    }

    @Override
    public List<RecordKind<?>> kinds() {
      return source.kinds();
    }

    @Override
    public <R> Mono<Long> count(RecordKind<R> kind) {
      return source.count(kind);
    }

    @Override
    public Mono<RecordedEvent> findNewestEvent(EventFilter filter) {
      return source.findNewestEvent(filter);
    }

    @Override
    public Mono<RecordedEvent> findEvent(JobId job, long version) {
      return source.findEvent(job, version);
    }

    @Override
    public List<Intake> intake() {
      return List.of();
    }

    @Override
    public boolean isStill() {
      return false;
    }
  }
}
