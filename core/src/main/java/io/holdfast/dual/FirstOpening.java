package io.holdfast.dual;

import io.holdfast.ConflictException;
import io.holdfast.Position;
import io.holdfast.UnifiedStorage;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Guards against sides that are mixed up: the one that follows is made like the one that leads,
 * whatever is on it.
 */
final class FirstOpening {

  private FirstOpening() {}

  static Mono<Void> require(UnifiedStorage leading, UnifiedStorage following) {
    return requireEvents(leading, following).then(requireRecords(leading, following));
  }

  private static Mono<Void> requireEvents(UnifiedStorage leading, UnifiedStorage following) {
    return Mono.zip(EventFollower.head(leading), EventFollower.head(following))
        .filter(heads -> !heads.getT1().covers(heads.getT2()))
        .flatMap(heads -> Mono.error(() -> ahead(heads.getT1(), heads.getT2())));
  }

  private static ConflictException ahead(Position leading, Position following) {
    return new ConflictException(
        "The side that is to follow",
        "",
        "to have no event behind position " + leading,
        "at position " + following);
  }

  private static Mono<Void> requireRecords(UnifiedStorage leading, UnifiedStorage following) {
    return hasRecords(leading)
        .filter(has -> !has)
        .flatMap(none -> hasRecords(following))
        .filter(has -> has)
        .flatMap(
            has ->
                Mono.error(
                    () ->
                        new ConflictException(
                            "The side that is to follow",
                            "",
                            "empty, as the one that is to lead",
                            "full: are the sides mixed up?")));
  }

  private static Mono<Boolean> hasRecords(UnifiedStorage storage) {
    return Flux.fromIterable(storage.kinds())
        .concatMap(kind -> storage.transfer(kind).export().take(1), 1)
        .hasElements();
  }
}
