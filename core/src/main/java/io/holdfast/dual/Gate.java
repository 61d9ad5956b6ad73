package io.holdfast.dual;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** What writes go through, so that for a moment there are none. */
final class Gate {

  private int inside;
  private @Nullable Closing closing;

  /** A closed gate: completes when nobody is inside, and when it is open again. */
  private static final class Closing {

    private final Sinks.Empty<Void> emptied = Sinks.empty();
    private final Sinks.Empty<Void> opened = Sinks.empty();
  }

  /** Completes when the gate closes the next time. */
  private Sinks.Empty<Void> closes = Sinks.empty();

  /** True if it is open: whoever got in leaves again. */
  synchronized boolean enter() {
    if (closing != null) {
      return false;
    }
    inside++;
    return true;
  }

  synchronized void leave() {
    inside--;
    if (inside == 0 && closing != null) {
      var unused = closing.emptied.tryEmitEmpty();
    }
  }

  /** Completes when the gate closes, or is closed. For those that wait for long outside. */
  synchronized Mono<Void> closes() {
    return closing == null ? closes.asMono() : Mono.empty();
  }

  /** Completes when the gate is open. */
  synchronized Mono<Void> opened() {
    return closing == null ? Mono.empty() : closing.opened.asMono();
  }

  /** Lets nobody in any more; false if that is so already. */
  boolean close() {
    Sinks.Empty<Void> hearers;
    synchronized (this) {
      if (closing != null) {
        return false;
      }
      closing = new Closing();
      hearers = closes;
    }
    var unused = hearers.tryEmitEmpty();
    return true;
  }

  /** Completes when nobody is inside the closed gate. */
  synchronized Mono<Void> emptied() {
    return closing == null || inside == 0 ? Mono.empty() : closing.emptied.asMono();
  }

  void open() {
    Closing was;
    synchronized (this) {
      was = closing;
      closing = null;
      closes = Sinks.empty();
    }
    if (was != null) {
      var unused = was.opened.tryEmitEmpty();
    }
  }
}
