package io.holdfast.dual;

import io.holdfast.event.BulkProgress;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventLog;
import io.holdfast.event.EventMonths;
import io.holdfast.event.JobEvent;
import io.holdfast.event.RecordedEvent;
import io.holdfast.event.StartFrom;
import java.util.List;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The log on two sides. */
final class DualEvents extends DualJournal implements EventLog {

  private final Dual dual;
  private final LiveAccess access;

  DualEvents(Dual dual, LiveAccess access) {
    super(access);
    this.dual = dual;
    this.access = access;
  }

  @Override
  public Flux<BulkProgress> appendAll(Publisher<JobEvent> events) {
    return access
        .changeMany(List.of(), storage -> storage.events().appendAll(events))
        .doOnNext(progress -> dual.events().known(progress.position()));
  }

  /** Positions are the same on both sides: after an exchange the other one goes on. */
  @Override
  public Flux<RecordedEvent> subscribe(EventFilter filter, StartFrom from) {
    // Throws here what is wrong with them.
    var unused = dual.sides().leading().events().subscribe(filter, from);
    return Flux.defer(
        () -> {
          Sides first = dual.openSides();
          Place place = new Place(from);
          return Mono.justOrEmpty(from)
              .filter(StartFrom.Now.class::isInstance)
              .flatMap(now -> EventFollower.head(first.leading()))
              .doOnNext(head -> place.from = StartFrom.after(head))
              .thenMany(Flux.defer(() -> stretch(filter, place, dual.openSides())).repeat())
              .takeUntilOther(dual.untilClosed());
        });
  }

  /** Where a subscription goes on. */
  private static final class Place {

    private volatile StartFrom from;

    Place(StartFrom from) {
      this.from = from;
    }
  }

  /** The events while one side leads. */
  private Flux<RecordedEvent> stretch(EventFilter filter, Place place, Sides sides) {
    return sides
        .leading()
        .events()
        .subscribe(filter, place.from)
        .takeUntilOther(sides.left())
        .doOnNext(
            event -> {
              place.from = StartFrom.after(event.position());
              dual.events().known(event.position());
            });
  }

  @Override
  public EventMonths months() {
    return new DualMonths(access);
  }
}
