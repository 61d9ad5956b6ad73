package io.holdfast.postgres;

import io.holdfast.lock.LockName;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/**
 * Looks after those that this process has called for a lock: a moment later each has come, or the
 * next is called. So whoever is gone costs the others that moment, and a handover costs one look,
 * however many wait. If this process is gone itself, the others find the lock free after {@link
 * io.holdfast.lock.WaitingLine#TURN}.
 */
final class LockTurns {

  private static final Logger LOG = LoggerFactory.getLogger(LockTurns.class);

  /** Five times what a call and the look that follows it take at the median. */
  private static final Duration MOMENT = Duration.ofMillis(25);

  /** No more are looked after: who waits looks by itself, too. */
  private static final int CALLS_MAX = 10_000;

  /** In the order of their names, as each may lock its row. */
  private static final String PASS_ON =
      """
      SELECT p.name, n.called
      FROM (
        SELECT name, process
        FROM unnest($1::text[], $2::text[]) AS a (name, process)
        ORDER BY name
      ) AS p
      CROSS JOIN LATERAL (SELECT {schema}.pass_lock_on(p.name, p.process) AS called) AS n
      WHERE n.called IS NOT NULL
      """;

  private record Due(LockCall call, long at) {}

  private final SqlRunner control;
  private final String passOn;
  private final Consumer<LockCall> calls;
  private final Deque<Due> looking = new ArrayDeque<>();
  private final WakeUps requests = new WakeUps();
  private final Disposable running;

  /** {@code calls} is told of the next. */
  LockTurns(SqlRunner control, SchemaName schema, Consumer<LockCall> calls) {
    this.control = control;
    this.passOn = schema.in(PASS_ON);
    this.calls = calls;
    this.running = requests.changes().skip(1).concatMap(request -> look(), 1).publish().connect();
  }

  void called(LockCall call) {
    if (add(call)) {
      requests.raise();
    }
  }

  private synchronized boolean add(LockCall call) {
    return looking.size() < CALLS_MAX
        && looking.add(new Due(call, System.nanoTime() + MOMENT.toNanos()));
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
    return looking.peekFirst();
  }

  private synchronized List<LockCall> takeDue() {
    List<LockCall> due = new ArrayList<>();
    long now = System.nanoTime();
    while (!looking.isEmpty() && looking.getFirst().at() - now <= 0) {
      due.add(looking.removeFirst().call());
    }
    return due;
  }

  private Mono<Void> passOn() {
    return Mono.fromCallable(this::takeDue)
        .filter(due -> !due.isEmpty())
        .flatMap(
            due ->
                control.list(
                    Sql.of(
                        passOn,
                        AskedGroup.names(due, call -> call.name().value()),
                        AskedGroup.names(due, LockCall::process)),
                    row -> new LockCall(new LockName(row.text(0)), row.text(1))))
        .doOnNext(next -> next.forEach(calls))
        .doOnError(error -> LOG.warn("Could not pass a lock on: {}", error.getMessage()))
        .onErrorComplete()
        .then();
  }

  void close() {
    running.dispose();
  }
}
