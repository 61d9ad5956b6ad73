package io.holdfast.dual;

import io.holdfast.event.EventMonth;
import io.holdfast.event.EventMonths;
import io.holdfast.event.RecordedEvent;
import io.holdfast.event.Removal;
import io.holdfast.event.Retention;
import java.time.YearMonth;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The months of the leading side. Those that are dropped there are dropped on the other side too;
 * each side has an archive of its own, or none.
 */
final class DualMonths implements EventMonths {

  private static final List<Area> MONTHS = List.of(Area.all(RecordedEvent.KIND));

  private final LiveAccess access;

  DualMonths(LiveAccess access) {
    this.access = access;
  }

  @Override
  public Flux<EventMonth> list() {
    return access.manyOnLeading(storage -> storage.events().months().list());
  }

  @Override
  public Mono<EventMonth> create(YearMonth month) {
    return access.change(List.of(), storage -> storage.events().months().create(month));
  }

  @Override
  public Mono<EventMonth> archive(YearMonth month, Removal removal) {
    return access.change(List.of(), storage -> storage.events().months().archive(month, removal));
  }

  @Override
  public Mono<EventMonth> drop(YearMonth month, Removal removal) {
    return access.change(MONTHS, storage -> storage.events().months().drop(month, removal));
  }

  @Override
  public Flux<EventMonth> retain(Retention retention) {
    return access.changeMany(MONTHS, storage -> storage.events().months().retain(retention));
  }
}
