package io.holdfast.postgres;

import io.holdfast.lock.LockName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/**
 * Looks after those that this process has called for a lock: a moment later each has come, or the
 * next is called. So whoever is gone costs the others that moment, and a handover costs one look,
 * however many wait. If this process is gone itself, the others find the lock free by themselves,
 * after {@link io.holdfast.lock.WaitingLine#TURN}.
 */
final class LockTurns {

  private static final Logger LOG = LoggerFactory.getLogger(LockTurns.class);

  /** The first turn of the SQL function: five times what a handover takes at the median. */
  private static final Duration MOMENT = Duration.ofMillis(25);

  /** No more are looked after: who waits looks by itself, too. */
  private static final int CALLS_MAX = 10_000;

  /** In the order of their names, as each may lock its row. */
  private static final String PASS_ON =
      """
      SELECT p.ord, n.called, n.look_after
      FROM (
        SELECT *
        FROM unnest($1::text[], $2::text[], $3::bigint[]) WITH ORDINALITY AS a (name, process, age, ord)
        ORDER BY name
      ) AS p
      CROSS JOIN LATERAL {schema}.pass_lock_on(p.name, p.process, p.age) AS n
      WHERE n.called IS NOT NULL OR n.look_after IS NOT NULL
      """;

  /** A call, when it was heard, and when to look. */
  private record Due(LockCall call, long heard, long at) {

    long ageMicros() {
      return (System.nanoTime() - heard) / 1_000;
    }

    Due after(Duration wait) {
      return new Due(call, heard, System.nanoTime() + wait.toNanos());
    }
  }

  private final SqlRunner control;
  private final String passOn;
  private final Consumer<LockCall> calls;
  private final Queue<Due> looking = new PriorityQueue<>((a, b) -> Long.signum(a.at() - b.at()));
  private final WakeUps requests = new WakeUps();
  private final Disposable running;

  /** {@code calls} is told of the next. */
  LockTurns(SqlRunner control, SchemaName schema, Consumer<LockCall> calls) {
    this.control = control;
    this.passOn = schema.in(PASS_ON);
    this.calls = calls;
    this.running = requests.changes().skip(1).concatMap(request -> look(), 1).publish().connect();
  }

  /** From now on those have time to come. */
  void heard(List<LockCall> called) {
    long now = System.nanoTime();
    called.forEach(call -> add(new Due(call, now, now + MOMENT.toNanos())));
    requests.raise();
  }

  private synchronized void add(Due due) {
    if (looking.size() < CALLS_MAX) {
      looking.add(due);
    }
  }

  /** Until nobody is left to look after. */
  private Mono<Void> look() {
    return Mono.defer(this::untilFirst)
        .flatMap(due -> passOn())
        .repeat(() -> first() != null)
        .then();
  }

  private Mono<Boolean> untilFirst() {
    Due first = first();
    return first == null
        ? Mono.empty()
        : Mono.delay(Duration.ofNanos(Math.max(0, first.at() - System.nanoTime())))
            .thenReturn(true);
  }

  private synchronized @Nullable Due first() {
    return looking.peek();
  }

  private synchronized List<Due> takeDue() {
    List<Due> due = new ArrayList<>();
    long now = System.nanoTime();
    for (Due next = looking.peek(); next != null && next.at() - now <= 0; next = looking.peek()) {
      due.add(looking.remove());
    }
    return due;
  }

  private Mono<Void> passOn() {
    return Mono.fromCallable(this::takeDue)
        .filter(due -> !due.isEmpty())
        .flatMap(this::passOn)
        .doOnError(error -> LOG.warn("Could not pass a lock on: {}", error.getMessage()))
        .onErrorComplete()
        .then();
  }

  private Mono<List<Boolean>> passOn(List<Due> due) {
    Sql sql =
        Sql.of(
            passOn,
            AskedGroup.names(due, one -> one.call().name().value()),
            AskedGroup.names(due, one -> one.call().process()),
            due.stream().map(Due::ageMicros).toArray(Long[]::new));
    return control.list(sql, row -> passedOn(row, due.get((int) row.number(0) - 1)));
  }

  private boolean passedOn(Columns row, Due due) {
    LockName name = due.call().name();
    if (row.isNull(1)) {
      add(due.after(Duration.ofNanos(row.number(2) * 1_000)));
      return false;
    }
    calls.accept(new LockCall(name, row.text(1)));
    return true;
  }

  void close() {
    running.dispose();
  }
}
