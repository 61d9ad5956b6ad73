package io.holdfast.postgres;

import io.holdfast.SessionId;
import io.holdfast.session.SessionWatches.Sight;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Which sessions have changed behind a place, in one round trip: the schema's function {@code
 * session_changes_behind} looks at the sequence and the floors, then at the changes, then at the
 * sessions, and needs READ COMMITTED for that, as {@link EventPages} does.
 */
final class SessionChanges {

  /** A place that nobody has been at: everything has to be looked at. */
  static final long NOWHERE = -1;

  /** How many changes are looked through at once, of fewer sessions usually. */
  private static final int CHANGES = 1_000;

  /** How much data there may be besides that of the first session, in bytes. */
  private static final long BYTES = 4 * 1024 * 1024;

  /** What stands for more sessions than were noted one by one. */
  private static final String MANY = "";

  private static final String BEHIND =
      """
      SELECT reached, is_lost, is_full, changed, {found}
      FROM {schema}.session_changes_behind($1, $2, $3, $4)
      """;

  /**
   * What was found.
   *
   * @param reached up to where this has looked
   * @param isLost everything has to be looked at
   * @param isFull there may be more behind that
   * @param sights the sessions that have changed, as they are now
   */
  record Page(long reached, boolean isLost, boolean isFull, List<Sight> sights) {}

  private final SqlRunner runner;
  private final int tag;
  private final String behind;

  SessionChanges(SqlRunner runner, EventTools tools) {
    this.runner = runner;
    this.tag = SessionFloor.tag(tools.tag());
    this.behind = tools.schema().in(BEHIND).replace("{found}", found());
  }

  private static String found() {
    return Arrays.stream(SessionRows.COLUMNS.split(", *"))
        .map("(found).%s"::formatted)
        .collect(Collectors.joining(", "));
  }

  Mono<Page> behind(long place) {
    Sql sql = Sql.of(behind, tag, place, CHANGES, BYTES);
    return lines(runner, sql)
        .switchIfEmpty(Mono.defer(() -> runner.atomically(level -> lines(level, sql))))
        .switchIfEmpty(
            Mono.error(() -> new IllegalStateException("A transaction is not READ COMMITTED")))
        .map(SessionChanges::page);
  }

  private static Mono<List<Line>> lines(SqlRunner runner, Sql sql) {
    return runner.list(sql, Line::of).filter(lines -> !lines.isEmpty());
  }

  /** A row of the answer: the last has no session, but says how far was looked. */
  private record Line(long reached, boolean isLost, boolean isFull, @Nullable Sight sight) {

    static Line of(Columns row) {
      String id = row.textOrNull(3);
      if (id == null) {
        return new Line(row.number(0), row.flag(1), row.flag(2), null);
      }
      if (id.equals(MANY)) {
        return new Line(0, true, false, null);
      }
      return new Line(
          0,
          false,
          false,
          new Sight(new SessionId(id), row.isNull(4) ? null : SessionRows.session(row, 4)));
    }
  }

  private static Page page(List<Line> lines) {
    List<Sight> sights = new ArrayList<>(lines.size());
    boolean isLost = false;
    for (Line line : lines) {
      isLost |= line.isLost();
      if (line.sight() != null) {
        sights.add(line.sight());
      }
    }
    Line end = lines.get(lines.size() - 1);
    return new Page(end.reached(), isLost, end.isFull(), sights);
  }
}
