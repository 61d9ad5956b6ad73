package io.holdfast.postgres;

import io.holdfast.event.ArchivedMonth;
import io.holdfast.event.EventArchive;
import java.time.YearMonth;
import java.util.List;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Moves a month into the archive. First what is decided is copied and noted, while appends to the
 * month go on; then the month is sealed, so that nothing more can come, and the rest is copied; and
 * only then it leaves the table. Readers find every event in at least one of the two places at any
 * time. Broken off anywhere, it goes on from there when it is run again.
 */
final class MonthArchiver {

  private final Horizon horizon;
  private final MonthTables tables;
  private final ArchivedMonths archived;
  private final MonthSeal seal;
  private final MonthRemover remover;
  private final MonthCopy copy;
  private final EventArchive archive;

  MonthArchiver(EventTools tools, SqlRunner database, SqlRunner maintenance, EventArchive archive) {
    SchemaName schema = tools.schema();
    this.horizon = new Horizon(database, schema, tools.tag());
    this.tables = new MonthTables(maintenance, schema);
    this.archived = new ArchivedMonths(database, schema);
    this.seal = new MonthSeal(maintenance, schema);
    this.remover = new MonthRemover(maintenance, schema);
    this.copy = new MonthCopy(database, schema, archive);
    this.archive = archive;
  }

  /**
   * For the holder of the {@link MonthsLock}. Only the tables that are there now: as soon as they
   * have left, appends make the month anew, and what is in it then has not been copied.
   */
  Mono<Void> archive(YearMonth month) {
    return tables.of(month).flatMap(found -> archive(month, found));
  }

  private Mono<Void> archive(YearMonth month, List<MonthTable> found) {
    // What has left already is older than what has not: the copies of a month go up by position.
    return each(found, table -> table.isLive() ? Mono.empty() : copyUpTo(table, Positions.MAX))
        .then(each(found, table -> table.isLive() ? copyLive(table) : Mono.empty()))
        .then(Mono.defer(() -> remover.detach(month, found)))
        // Nothing is left to copy, unless somebody has broken the seal meanwhile.
        .then(each(found, table -> copyUpTo(table, Positions.MAX)))
        .then(Mono.defer(() -> remover.remove(month, found)));
  }

  private static Mono<Void> each(List<MonthTable> all, Function<MonthTable, Mono<Void>> step) {
    return Flux.fromIterable(all).concatMap(step).then();
  }

  private Mono<Void> copyLive(MonthTable table) {
    return horizon
        .read()
        .flatMap(decided -> copyUpTo(table, decided))
        .then(Mono.defer(() -> seal.seal(List.of(table))))
        .then(Mono.defer(() -> copyUpTo(table, Positions.MAX)));
  }

  /** Copies what is not archived yet; from when it is noted, readers may find it in the archive. */
  private Mono<Void> copyUpTo(MonthTable table, long upTo) {
    return archived
        .of(table.month())
        .flatMap(parts -> copy.copy(table, lastOf(parts), upTo))
        .flatMap(written -> archived.note(written, archive.toString()))
        .then();
  }

  private static long lastOf(List<ArchivedMonth> parts) {
    return parts.stream().mapToLong(part -> Positions.number(part.last())).max().orElse(0);
  }
}
