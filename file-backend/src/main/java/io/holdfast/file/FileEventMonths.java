package io.holdfast.file;

import io.holdfast.ConflictException;
import io.holdfast.NotFoundException;
import io.holdfast.Position;
import io.holdfast.event.EventMonth;
import io.holdfast.event.EventMonths;
import io.holdfast.event.Removal;
import io.holdfast.event.Retention;
import java.io.IOException;
import java.time.YearMonth;
import java.util.List;
import java.util.Objects;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The months of events, each a segment. */
final class FileEventMonths implements EventMonths {

  private final Engine engine;
  private final State state;

  FileEventMonths(Engine engine) {
    this.engine = engine;
    this.state = engine.state();
  }

  @Override
  public Flux<EventMonth> list() {
    return engine.scope().read(view -> all()).flatMapIterable(months -> months);
  }

  @Override
  public Mono<EventMonth> create(YearMonth month) {
    EventMonth.check(month);
    return engine.alone(() -> describe(state.segments().create(month.toString())));
  }

  @Override
  public Mono<EventMonth> drop(YearMonth month, Removal removal) {
    EventMonth.check(month);
    Objects.requireNonNull(removal, "removal");
    Mono<EventMonth> checked = engine.scope().read(view -> describe(droppable(month, removal)));
    return removal.dryRun() ? checked : checked.then(engine.settled(() -> dropNow(month, removal)));
  }

  @Override
  public Flux<EventMonth> retain(Retention retention) {
    Objects.requireNonNull(retention, "retention");
    return list()
        .map(EventMonth::month)
        .filter(month -> retention.isOver(month, state.now()))
        .concatMap(month -> drop(month, retention.removal()), 1);
  }

  private List<EventMonth> all() {
    return state.segments().all().stream().map(FileEventMonths::describe).toList();
  }

  private EventMonth dropNow(YearMonth month, Removal removal) throws IOException {
    Segment segment = droppable(month, removal);
    EventMonth was = describe(segment);
    DroppedMonths.add(state, segment);
    state.segments().drop(segment.name());
    return was;
  }

  private Segment droppable(YearMonth month, Removal removal) {
    Segment segment = state.segments().find(month.toString());
    if (segment == null) {
      throw new NotFoundException("Month", month.toString());
    }
    if (!removal.force() && !month.isBefore(EventMonth.of(state.now()))) {
      throw new ConflictException("Month", month.toString(), "over", "not over yet");
    }
    return segment;
  }

  private static EventMonth describe(Segment segment) {
    boolean isEmpty = segment.events() == 0;
    return new EventMonth(
        YearMonth.parse(segment.name()),
        EventMonth.State.LIVE,
        segment.events(),
        true,
        segment.length(),
        isEmpty ? null : position(segment.firstPosition()),
        isEmpty ? null : position(segment.lastPosition()));
  }

  private static Position position(long number) {
    return new Position(Long.toString(number));
  }
}
