package io.holdfast.file;

import io.holdfast.ConflictException;
import io.holdfast.CorruptDataException;
import io.holdfast.InvalidInputException;
import io.holdfast.JobId;
import io.holdfast.RecordKey;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventQuery;
import io.holdfast.event.RecordedEvent;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Copies events with their positions, versions and times. */
final class EventTransfer implements LoadingTransfer<RecordedEvent> {

  private final Scope scope;
  private final State state;

  EventTransfer(Scope scope, State state) {
    this.scope = scope;
    this.state = state;
  }

  @Override
  public Flux<RecordedEvent> export() {
    return export(Damage.FAILS);
  }

  @Override
  public Flux<RecordedEvent> exportIntact(Consumer<? super CorruptDataException> damaged) {
    return export(Damage.toldTo(damaged));
  }

  private Flux<RecordedEvent> export(Damage damage) {
    return scope.pages(
        view ->
            new EventScan(
                state.segments(), EventFilter.all(), true, 0, state.visible().position(), damage));
  }

  @Override
  public Mono<Long> count() {
    return scope.read(view -> state.segments().all().stream().mapToLong(Segment::events).sum());
  }

  @Override
  public Mono<RecordedEvent> find(RecordKey key) {
    EventQuery query = EventQuery.job(new JobId(key.first())).fromVersion(key.version()).limit(1);
    return new FileEventJournal(scope, state)
        .read(query)
        .next()
        .filter(event -> event.version() == key.version());
  }

  @Override
  public Mono<Void> remove(RecordKey key) {
    Objects.requireNonNull(key, "key");
    return Mono.error(() -> new InvalidInputException("removal", "events stay, also " + key));
  }

  @Override
  public Mono<Long> load(List<RecordedEvent> records) {
    Objects.requireNonNull(records, "records");
    return scope.write(edit -> load(edit, records));
  }

  @Override
  public long load(Edit edit, List<RecordedEvent> records) {
    long before = edit.lastPosition();
    long written = 0;
    for (RecordedEvent record : records) {
      written += load(edit, record, before) ? 1 : 0;
    }
    return written;
  }

  /**
   * A job may have a hole, where its source has dropped a month, but its versions go up with the
   * positions: a version that it has passed, at a position that no event can have had, is of
   * another history.
   */
  private static boolean load(Edit edit, RecordedEvent record, long before) {
    long version = edit.head(record.job()).version();
    long position = FileEventJournal.number(record.position());
    if (version >= record.version()) {
      if (position > before) {
        throw ConflictException.ofVersion(
            "Job", record.job().value(), record.version() - 1, version);
      }
      return false;
    }
    long last = edit.lastPosition();
    if (position <= last) {
      // A reader may have seen the last position; nothing new may appear before it.
      throw new ConflictException(
          "Event log before",
          RecordedEvent.KIND.key(record),
          "below position " + position,
          "at position " + last);
    }
    edit.append(record, position);
    return true;
  }
}
