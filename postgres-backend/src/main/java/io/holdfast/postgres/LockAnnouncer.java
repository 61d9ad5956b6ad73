package io.holdfast.postgres;

import io.holdfast.lock.WaitingLine;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/**
 * Tells those that wait whose turn it is, in this process at once and in others soon, in a
 * transaction of its own. While one notification is on its way, further ones gather.
 */
final class LockAnnouncer {

  private static final Logger LOG = LoggerFactory.getLogger(LockAnnouncer.class);

  /** No more gather: who waits looks by itself, too. */
  private static final int NAMES_MAX = 10_000;

  private static final String NOTIFY =
      "SELECT pg_notify($1, message)::text FROM unnest($2::text[]) AS message";

  private final SqlRunner control;
  private final Channel channel;
  private final WaitingLine line;
  private final Set<LockCall> gathered = new LinkedHashSet<>();
  private final WakeUps requests = new WakeUps();
  private final LockTurns turns;
  private final Disposable running;

  LockAnnouncer(SqlRunner control, SchemaName schema, Channel channel, WaitingLine line) {
    this.control = control;
    this.channel = channel;
    this.line = line;
    this.turns = new LockTurns(control, schema, this::called);
    this.running =
        requests.changes().skip(1).concatMap(request -> announce(), 1).publish().connect();
  }

  void called(LockCall call) {
    if (call.process().equals(channel.voice())) {
      line.call(call.name(), true);
    }
    gather(call);
    requests.raise();
  }

  private synchronized void gather(LockCall call) {
    if (gathered.size() < NAMES_MAX) {
      gathered.add(call);
    }
  }

  private synchronized List<LockCall> take() {
    List<LockCall> calls = List.copyOf(gathered);
    gathered.clear();
    return calls;
  }

  private Mono<Boolean> announce() {
    return Mono.fromCallable(this::take).filter(calls -> !calls.isEmpty()).flatMap(this::send);
  }

  private Mono<Boolean> send(List<LockCall> calls) {
    String[] messages = calls.stream().map(channel::message).toArray(String[]::new);
    return control
        .list(Sql.of(NOTIFY, channel.name(), messages), row -> true)
        .doOnNext(heard -> turns.heard(calls.stream().filter(this::isToBeLookedAfter).toList()))
        .doOnError(error -> LOG.warn("Could not announce free locks: {}", error.getMessage()))
        .thenReturn(true)
        .onErrorReturn(false);
  }

  /** Ours comes, if anybody here still waits. */
  private boolean isToBeLookedAfter(LockCall call) {
    return !call.process().equals(channel.voice()) || !line.isAwaited(call.name());
  }

  void close() {
    turns.close();
    running.dispose();
  }
}
