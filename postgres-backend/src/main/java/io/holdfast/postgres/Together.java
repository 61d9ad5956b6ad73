package io.holdfast.postgres;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import reactor.core.publisher.Mono;

/**
 * Statements of one connection that are sent one after the other without waiting for replies. All
 * are waited for, whatever becomes of the others; the first that failed is the reason.
 */
final class Together {

  private Together() {}

  static Mono<Void> of(Mono<?>... statements) {
    List<Mono<Optional<Throwable>>> ends = Stream.of(statements).map(Together::end).toList();
    return Mono.zip(ends, Together::firstFailure)
        .flatMap(failure -> failure.<Mono<Void>>map(Mono::error).orElse(Mono.empty()));
  }

  private static Mono<Optional<Throwable>> end(Mono<?> statement) {
    return statement
        .then(Mono.just(Optional.<Throwable>empty()))
        .onErrorResume(error -> Mono.just(Optional.of(error)));
  }

  private static Optional<Throwable> firstFailure(Object[] ends) {
    return Stream.of(ends)
        .map(end -> (Optional<?>) end)
        .flatMap(Optional::stream)
        .map(Throwable.class::cast)
        .findFirst();
  }

  /** Emits what the second one does. */
  static <T> Mono<T> with(Mono<Void> first, Mono<T> second) {
    return Mono.zip(end(first), second.materialize())
        .flatMap(
            both ->
                both.getT1().isPresent()
                    ? Mono.error(both.getT1().get())
                    : Mono.just(both.getT2()).dematerialize());
  }
}
