package io.holdfast.dual;

import io.holdfast.RecordKind;
import io.holdfast.RecordTransfer;
import io.holdfast.UnifiedStorage;
import io.holdfast.event.RecordedEvent;
import java.time.Duration;
import java.util.List;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Which of two storages leads: it is asked, and the other one is made like it. */
final class Sides {

  private final UnifiedStorage leading;
  private final UnifiedStorage following;
  private final Duration patience;
  private final Sinks.Empty<Void> left = Sinks.empty();

  /** The following side hangs if it does not answer within {@code patience}. */
  Sides(UnifiedStorage leading, UnifiedStorage following, Duration patience) {
    this.leading = leading;
    this.following = following;
    this.patience = patience;
  }

  UnifiedStorage leading() {
    return leading;
  }

  UnifiedStorage following() {
    return following;
  }

  <R> RecordTransfer<R> from(RecordKind<R> kind) {
    return leading.transfer(kind);
  }

  <R> RecordTransfer<R> to(RecordKind<R> kind) {
    return new TimedTransfer<>(following.transfer(kind), patience);
  }

  /** Fails if {@code step} of one of them hangs. */
  <T> Mono<T> inTime(Mono<T> step) {
    return step.timeout(patience, Mono.error(() -> TimedTransfer.late(patience)));
  }

  /** All kinds but events, in the order in which they can be copied. */
  List<RecordKind<?>> documents() {
    return leading.kinds().stream().filter(kind -> !kind.equals(RecordedEvent.KIND)).toList();
  }

  Sides exchanged() {
    return new Sides(/* leading= */ following, /* following= */ leading, patience);
  }

  /** Others lead from now on. */
  void leave() {
    var unused = left.tryEmitEmpty();
  }

  /** Completes when others lead. */
  Mono<Void> left() {
    return left.asMono();
  }
}
