package io.holdfast.postgres;

import io.holdfast.event.ArchivedMonth;
import io.holdfast.event.EventArchive;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Mono;

/**
 * Moves a month into the archive. First what is decided is copied and noted, while appends to the
 * month go on; then the month is sealed, so that nothing more can come, and the rest is copied; and
 * only then it leaves the table. Readers find every event in at least one of the two places at any
 * time. Broken off anywhere, it goes on from there when it is run again.
 */
final class MonthArchiver {

  private final SqlRunner database;
  private final SchemaName schema;
  private final Horizon horizon;
  private final MonthTables tables;
  private final ArchivedMonths archived;
  private final MonthSeal seal;
  private final MonthRemover remover;
  private final EventArchive archive;

  MonthArchiver(EventTools tools, SqlRunner database, SqlRunner maintenance, EventArchive archive) {
    this.database = database;
    this.schema = tools.schema();
    this.horizon = new Horizon(database, schema, tools.tag());
    this.tables = new MonthTables(maintenance, schema);
    this.archived = new ArchivedMonths(database, schema);
    this.seal = new MonthSeal(maintenance, schema);
    this.remover = new MonthRemover(maintenance, schema);
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
    if (found.isEmpty()) {
      return Mono.empty();
    }
    MonthCopy copy = new MonthCopy(database, schema, archive, month, found);
    // Whoever still writes to a table that is on its way out is waited for before it is read.
    return remover
        .finish(month)
        .then(horizon.read().flatMap(decided -> copyUpTo(copy, month, decided)))
        .then(Mono.defer(() -> seal.seal(found)))
        .then(Mono.defer(() -> copyUpTo(copy, month, Positions.MAX)))
        .then(Mono.defer(() -> remover.detach(month, found)))
        // Nothing is left to copy, unless somebody has broken the seal meanwhile.
        .then(Mono.defer(() -> copyUpTo(copy, month, Positions.MAX)))
        .then(Mono.defer(() -> remover.remove(month, found)));
  }

  /** A stretch of positions of which the archive has nothing: behind one, up to the other. */
  private record Gap(long after, long upTo) {}

  /** Copies what is not archived yet; from when it is noted, readers may find it in the archive. */
  private Mono<Void> copyUpTo(MonthCopy copy, YearMonth month, long upTo) {
    return archived
        .of(month)
        .flatMapIterable(parts -> gaps(parts, upTo))
        .concatMap(
            gap ->
                copy.copy(gap.after(), gap.upTo())
                    .flatMap(written -> archived.note(written, archive.toString())))
        .then();
  }

  /** Not only behind the last part: a table that was lost sight of may have earlier positions. */
  private static List<Gap> gaps(List<ArchivedMonth> parts, long upTo) {
    List<Gap> gaps = new ArrayList<>();
    long after = 0;
    for (ArchivedMonth part : parts) {
      gaps.add(new Gap(after, Math.min(upTo, Positions.number(part.first()) - 1)));
      after = Math.max(after, Positions.number(part.last()));
    }
    gaps.add(new Gap(after, upTo));
    return gaps.stream().filter(gap -> gap.after() < gap.upTo()).toList();
  }
}
