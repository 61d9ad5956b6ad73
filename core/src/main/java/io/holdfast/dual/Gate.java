package io.holdfast.dual;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * What writes go through, so that for a moment there are none. It closes in two steps: at first
 * leases are still renewed, so that none runs out while a long transaction is waited for.
 */
final class Gate {

  /** What a write is about. */
  enum Purpose {
    /** It keeps a lease, and is over soon. */
    RENEWAL,
    ANY
  }

  /** So long what nobody waits for, and may still be written, is given to end. */
  private static final Duration CALM = Duration.ofSeconds(1);

  private int renewals;
  private int others;
  private long calmAt = System.nanoTime();
  private @Nullable Closing closing;

  /** Completes when the gate closes the next time. */
  private Sinks.Empty<Void> closes = Sinks.empty();

  /** A closed gate: completes when those inside have left, and when it is open again. */
  static final class Closing {

    private final Sinks.Empty<Void> opened = Sinks.empty();
    private Sinks.Empty<Void> emptied = Sinks.empty();
    private boolean isShut;

    boolean letsIn(Purpose purpose) {
      return purpose == Purpose.RENEWAL && !isShut;
    }
  }

  /** True if whoever comes for {@code purpose} got in, and leaves again. */
  synchronized boolean enter(Purpose purpose) {
    if (closing != null && !closing.letsIn(purpose)) {
      return false;
    }
    count(purpose, 1);
    return true;
  }

  private void count(Purpose purpose, int change) {
    if (purpose == Purpose.RENEWAL) {
      renewals += change;
    } else {
      others += change;
    }
  }

  /** Uncertainly, if the write may go on where nobody looks. */
  void leave(Purpose purpose, boolean certain) {
    Sinks.Empty<Void> hearer = leftBy(purpose, certain);
    if (hearer != null) {
      var unused = hearer.tryEmitEmpty();
    }
  }

  /** Who is waiting for this one, as the last one. */
  private synchronized Sinks.@Nullable Empty<Void> leftBy(Purpose purpose, boolean certain) {
    count(purpose, -1);
    if (!certain) {
      calmAt = System.nanoTime() + CALM.toNanos();
    }
    return closing != null && isEmpty(closing) ? closing.emptied : null;
  }

  private boolean isEmpty(Closing how) {
    return others == 0 && (renewals == 0 || !how.isShut);
  }

  /** Completes when the gate closes, or is closed. For those that wait for long outside. */
  synchronized Mono<Void> closes() {
    return closing == null ? closes.asMono() : Mono.empty();
  }

  /** Completes when the gate is open. */
  synchronized Mono<Void> opened() {
    return closing == null ? Mono.empty() : closing.opened.asMono();
  }

  /** Lets nobody in any more but renewals; empty if that is so already. */
  Optional<Closing> close() {
    Closing now = new Closing();
    Sinks.Empty<Void> hearers;
    synchronized (this) {
      if (closing != null) {
        return Optional.empty();
      }
      closing = now;
      hearers = closes;
    }
    var unused = hearers.tryEmitEmpty();
    return Optional.of(now);
  }

  /** Lets in no renewals either, unless it was opened meanwhile, be it that it closed again. */
  synchronized void shut(Closing mine) {
    if (closing == mine && !mine.isShut) {
      mine.isShut = true;
      mine.emptied = Sinks.empty();
    }
  }

  /**
   * Completes when nobody is inside the closed gate, but for renewals while they are let in, and
   * nothing is likely to be written any more by those that have left.
   */
  Mono<Void> emptied() {
    return Mono.defer(this::left).then(Mono.defer(this::calm));
  }

  private synchronized Mono<Void> left() {
    return closing == null || isEmpty(closing) ? Mono.empty() : closing.emptied.asMono();
  }

  private synchronized Mono<Void> calm() {
    long nanos = calmAt - System.nanoTime();
    return nanos <= 0 ? Mono.empty() : Mono.delay(Duration.ofNanos(nanos)).then();
  }

  /** Only whoever has closed it opens it. */
  void open(Closing mine) {
    synchronized (this) {
      if (closing != mine) {
        return;
      }
      closing = null;
      closes = Sinks.empty();
    }
    var unused = mine.opened.tryEmitEmpty();
  }
}
