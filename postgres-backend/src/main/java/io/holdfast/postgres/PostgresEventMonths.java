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
  private final MonthSeal seal;
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
    this.seal = new MonthSeal(maintenance, tools.schema());
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
    Mono<EventMonth> checked =
        Mono.defer(() -> of(month)).flatMap(parts -> removable(month, parts, removal));
    return Mono.fromCallable(this::place)
        .flatMap(place -> removal.dryRun() ? checked : checked.then(whileHere(move(month, place))));
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
    return removal.dryRun()
        ? tables.of(month).flatMap(found -> droppable(month, found, removal))
        : whileHere(tables.of(month).flatMap(found -> drop(month, found, removal)))
            .doFinally(end -> tools.partitions().forget());
  }

  /** No trigger refuses DDL, so it is asked. Nobody moves the store while the lock is held. */
  private <T> Mono<T> whileHere(Mono<T> work) {
    return lock.holding(
        Mono.defer(() -> PostgresRelocation.requireHere(database, tools.schema())).then(work));
  }

  /** These tables and no others: what an append makes meanwhile has not been looked at. */
  private Mono<EventMonth> drop(YearMonth month, List<MonthTable> found, Removal removal) {
    Mono<EventMonth> droppable = Mono.defer(() -> droppable(month, found, removal));
    return droppable
        .flatMap(was -> removal.force() ? Mono.just(was) : sealed(found, droppable))
        .flatMap(
            was ->
                dropArchived(month)
                    .then(Mono.defer(() -> remover.remove(month, found)))
                    .then(Mono.defer(() -> deleteLeftOver(month)))
                    .thenReturn(was));
  }

  /** Asks once more when nothing can come any more: somebody may just have been appending. */
  private Mono<EventMonth> sealed(List<MonthTable> found, Mono<EventMonth> droppable) {
    return seal.seal(found).then(droppable.onErrorResume(refused -> unsealed(found, refused)));
  }

  /** If it cannot be unsealed now, the next append does it; the refusal is what has to be told. */
  private Mono<EventMonth> unsealed(List<MonthTable> found, Throwable refused) {
    return seal.unseal(found).onErrorComplete().then(Mono.error(refused));
  }

  /** What goes with a month: what is noted of it, or else what a broken-off drop has left. */
  private Mono<EventMonth> droppable(YearMonth month, List<MonthTable> found, Removal removal) {
    return describe(month, found)
        .flatMap(parts -> parts.isEmpty() ? leftOver(month).collectList() : Mono.just(parts))
        .flatMap(parts -> removable(month, parts, removal));
  }

  /** The files go by what is noted, once nobody looks for them any more. */
  private Mono<Void> dropArchived(YearMonth month) {
    return archived
        .of(month)
        .filter(parts -> !parts.isEmpty())
        .flatMap(parts -> Mono.fromCallable(this::place).flatMap(at -> delete(month, parts, at)));
  }

  private Mono<Void> delete(YearMonth month, List<ArchivedMonth> parts, EventArchive place) {
    return place
        .check()
        .then(Mono.defer(() -> archived.forget(month)))
        .thenMany(Flux.fromIterable(parts))
        .concatMap(place::delete)
        .then();
  }

  private Mono<Void> deleteLeftOver(YearMonth month) {
    return Mono.justOrEmpty(tools.archive().place())
        .flatMap(place -> inArchive(month, place).concatMap(place::delete).then());
  }

  private Flux<EventMonth> leftOver(YearMonth month) {
    return Mono.justOrEmpty(tools.archive().place())
        .flatMapMany(place -> inArchive(month, place))
        .map(ArchivedMonth::listed);
  }

  private static Flux<ArchivedMonth> inArchive(YearMonth month, EventArchive place) {
    return place.list().filter(one -> one.month().equals(month));
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

  private Mono<EventMonth> removable(YearMonth month, List<EventMonth> parts, Removal removal) {
    if (parts.isEmpty()) {
      return Mono.error(() -> new NotFoundException("Month", month.toString()));
    }
    EventMonth whole = total(parts);
    return removal.force()
        ? Mono.just(whole)
        : Mono.fromRunnable(() -> requireOver(month))
            .then(Mono.defer(() -> Unread.requireNone(subscriptions, whole)))
            .thenReturn(whole);
  }

  private void requireOver(YearMonth month) {
    if (!month.isBefore(EventMonth.of(clock.instant()))) {
      throw new ConflictException("Month", month.toString(), "over", "not over yet");
    }
  }

  private Mono<List<EventMonth>> of(YearMonth month) {
    return tables.of(month).flatMap(found -> describe(month, found));
  }

  private Mono<List<EventMonth>> describe(YearMonth month, List<MonthTable> found) {
    return tables
        .describe(found)
        .concatWith(archived.of(month).flatMapIterable(PostgresEventMonths::listed))
        .collectList();
  }

  private static EventMonth total(List<EventMonth> found) {
    return found.stream().reduce(EventMonth::plus).orElseThrow();
  }
}
