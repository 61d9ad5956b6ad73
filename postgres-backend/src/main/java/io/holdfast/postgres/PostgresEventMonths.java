package io.holdfast.postgres;

import io.holdfast.ConflictException;
import io.holdfast.NotFoundException;
import io.holdfast.Position;
import io.holdfast.event.EventMonth;
import io.holdfast.event.EventMonths;
import io.holdfast.event.Removal;
import io.holdfast.event.Retention;
import java.time.Clock;
import java.time.YearMonth;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The months of the events table, each a partition. */
final class PostgresEventMonths implements EventMonths {

  private final PartitionKeeper partitions;
  private final Clock clock;
  private final MonthTables tables;
  private final MonthsLock lock;
  private final MonthRemover remover;

  /** {@code maintenance} makes a connection for each statement, which waits for locks briefly. */
  PostgresEventMonths(EventTools tools, Clock clock, SqlRunner control, SqlRunner maintenance) {
    this.partitions = tools.partitions();
    this.clock = clock;
    this.tables = new MonthTables(control, tools.schema());
    this.lock = new MonthsLock(maintenance, tools.schema());
    this.remover = new MonthRemover(maintenance, tools.schema());
  }

  @Override
  public Flux<EventMonth> list() {
    return Flux.defer(() -> tables.all().flatMapMany(tables::describe));
  }

  @Override
  public Mono<EventMonth> create(YearMonth month) {
    EventMonth.check(month);
    return Mono.defer(() -> partitions.create(month))
        .then(Mono.defer(() -> described(month)))
        .flatMap(found -> Mono.justOrEmpty(found.stream().filter(EventMonth::isLive).findFirst()));
  }

  @Override
  public Mono<EventMonth> drop(YearMonth month, Removal removal) {
    EventMonth.check(month);
    Objects.requireNonNull(removal, "removal");
    Mono<EventMonth> checked = Mono.defer(() -> droppable(month, removal));
    return removal.dryRun()
        ? checked
        : lock.holding(
            checked.flatMap(
                found ->
                    remover.remove(month).doFinally(end -> partitions.forget()).thenReturn(found)));
  }

  @Override
  public Flux<EventMonth> retain(Retention retention) {
    Objects.requireNonNull(retention, "retention");
    return Mono.defer(tables::all)
        .flatMapIterable(all -> all.stream().map(MonthTable::month).distinct().toList())
        .filter(month -> retention.isOver(month, clock.instant()))
        .concatMap(month -> drop(month, retention.removal()), 1);
  }

  private Mono<EventMonth> droppable(YearMonth month, Removal removal) {
    return described(month)
        .map(
            found -> {
              if (found.isEmpty()) {
                throw new NotFoundException("Month", month.toString());
              }
              if (!removal.force()) {
                requireOver(month);
              }
              return total(found);
            });
  }

  private void requireOver(YearMonth month) {
    if (!month.isBefore(partitions.thisMonth())) {
      throw new ConflictException("Month", month.toString(), "over", "not over yet");
    }
  }

  private Mono<List<EventMonth>> described(YearMonth month) {
    return tables.of(month).flatMapMany(tables::describe).collectList();
  }

  /** What is live, and what a broken-off removal has left beside it. */
  private static EventMonth total(List<EventMonth> found) {
    return found.stream().reduce(PostgresEventMonths::sum).orElseThrow();
  }

  private static EventMonth sum(EventMonth one, EventMonth other) {
    return new EventMonth(
        one.month(),
        one.isLive() ? one.state() : other.state(),
        one.events() + other.events(),
        one.exact() && other.exact(),
        one.bytes() + other.bytes(),
        one.first() == null || isBelow(other.first(), one.first()) ? other.first() : one.first(),
        one.last() == null || isBelow(one.last(), other.last()) ? other.last() : one.last());
  }

  private static boolean isBelow(@Nullable Position lower, @Nullable Position upper) {
    return lower != null && upper != null && Positions.number(lower) < Positions.number(upper);
  }
}
