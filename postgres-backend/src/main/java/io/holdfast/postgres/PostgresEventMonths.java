package io.holdfast.postgres;

import io.holdfast.ConflictException;
import io.holdfast.InvalidInputException;
import io.holdfast.NotFoundException;
import io.holdfast.event.ArchivedMonth;
import io.holdfast.event.EventArchive;
import io.holdfast.event.EventMonth;
import io.holdfast.event.EventMonths;
import io.holdfast.event.Removal;
import io.holdfast.event.Retention;
import io.holdfast.subscription.Subscription;
import io.holdfast.subscription.Unread;
import java.time.Clock;
import java.time.YearMonth;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The months of events: partitions of the table, and what has been archived of them. */
final class PostgresEventMonths implements EventMonths {

  private final EventTools tools;
  private final SqlRunner database;
  private final SqlRunner maintenance;
  private final Clock clock;
  private final MonthTables tables;
  private final ArchivedMonths archived;
  private final MonthsLock lock;
  private final MonthRemover remover;
  private final Flux<Subscription> subscriptions;

  /**
   * {@code maintenance} makes a connection for each statement, which waits for locks briefly;
   * {@code subscriptions} are all durable ones.
   */
  PostgresEventMonths(
      EventTools tools,
      Clock clock,
      SqlRunner database,
      SqlRunner maintenance,
      Flux<Subscription> subscriptions) {
    this.tools = tools;
    this.database = database;
    this.maintenance = maintenance;
    this.clock = clock;
    this.subscriptions = subscriptions;
    this.tables = new MonthTables(database, tools.schema());
    this.archived = tools.archivedMonths(database);
    this.lock = new MonthsLock(maintenance, tools.schema());
    this.remover = new MonthRemover(maintenance, tools.schema());
  }

  @Override
  public Flux<EventMonth> list() {
    return Flux.defer(
        () ->
            tables
                .all()
                .flatMapMany(tables::describe)
                .concatWith(archived.all().flatMapIterable(PostgresEventMonths::listed))
                .sort(Comparator.comparing(EventMonth::month)));
  }

  private static List<EventMonth> listed(List<ArchivedMonth> months) {
    return months.stream().map(ArchivedMonth::listed).toList();
  }

  @Override
  public Mono<EventMonth> create(YearMonth month) {
    EventMonth.check(month);
    return Mono.defer(() -> tools.partitions().create(month))
        .then(Mono.defer(() -> of(month)))
        .flatMap(found -> Mono.justOrEmpty(found.stream().filter(EventMonth::isLive).findFirst()));
  }

  @Override
  public Mono<EventMonth> archive(YearMonth month, Removal removal) {
    EventMonth.check(month);
    Objects.requireNonNull(removal, "removal");
    Mono<EventMonth> checked = Mono.defer(() -> removable(month, removal));
    return Mono.fromCallable(this::place)
        .flatMap(
            place -> removal.dryRun() ? checked : checked.then(lock.holding(move(month, place))));
  }

  private Mono<EventMonth> move(YearMonth month, EventArchive place) {
    return Mono.defer(() -> new MonthArchiver(tools, database, maintenance, place).archive(month))
        .doFinally(end -> tools.partitions().forget())
        .then(Mono.defer(() -> of(month)))
        .map(found -> found.isEmpty() ? EventMonth.gone(month) : total(found));
  }

  private EventArchive place() {
    return tools
        .archive()
        .place()
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "archive", "none is set: open the storage with archive=file:DIRECTORY"));
  }

  @Override
  public Mono<EventMonth> drop(YearMonth month, Removal removal) {
    EventMonth.check(month);
    Objects.requireNonNull(removal, "removal");
    Mono<EventMonth> checked = Mono.defer(() -> removable(month, removal));
    return removal.dryRun()
        ? checked
        : lock.holding(checked.flatMap(found -> dropNow(month).thenReturn(found)));
  }

  private Mono<Void> dropNow(YearMonth month) {
    return archived
        .of(month)
        .flatMap(parts -> parts.isEmpty() ? Mono.empty() : dropArchived(month))
        .then(Mono.defer(() -> tables.of(month)))
        .flatMap(found -> remover.remove(month, found))
        .doFinally(end -> tools.partitions().forget());
  }

  /** Nobody looks for the files any more when they go. */
  private Mono<Void> dropArchived(YearMonth month) {
    return Mono.fromCallable(this::place)
        .flatMap(
            place ->
                archived
                    .forget(month)
                    .thenMany(place.list())
                    .filter(one -> one.month().equals(month))
                    .concatMap(place::delete)
                    .then());
  }

  @Override
  public Flux<EventMonth> retain(Retention retention) {
    Objects.requireNonNull(retention, "retention");
    boolean isDrop = retention.then() == Retention.Then.DROP;
    return list()
        .filter(month -> isDrop || month.state() != EventMonth.State.ARCHIVED)
        .map(EventMonth::month)
        .filter(month -> retention.isOver(month, clock.instant()))
        .distinct()
        .concatMap(
            month ->
                isDrop ? drop(month, retention.removal()) : archive(month, retention.removal()),
            1);
  }

  private Mono<EventMonth> removable(YearMonth month, Removal removal) {
    return of(month)
        .map(
            found -> {
              if (found.isEmpty()) {
                throw new NotFoundException("Month", month.toString());
              }
              if (!removal.force()) {
                requireOver(month);
              }
              return total(found);
            })
        .flatMap(
            found ->
                removal.force()
                    ? Mono.just(found)
                    : Unread.requireNone(subscriptions, found).thenReturn(found));
  }

  private void requireOver(YearMonth month) {
    if (!month.isBefore(EventMonth.of(clock.instant()))) {
      throw new ConflictException("Month", month.toString(), "over", "not over yet");
    }
  }

  private Mono<List<EventMonth>> of(YearMonth month) {
    return tables
        .of(month)
        .flatMapMany(tables::describe)
        .concatWith(archived.of(month).flatMapIterable(PostgresEventMonths::listed))
        .collectList();
  }

  private static EventMonth total(List<EventMonth> found) {
    return found.stream().reduce(EventMonth::plus).orElseThrow();
  }
}
