package io.holdfast.postgres;

import reactor.core.publisher.Mono;

/**
 * Keeps a cancel away from work that must run to its end: a statement whose result is on its way, a
 * commit, the return of a connection. The caller is free at once; the work finishes by itself.
 */
final class Shield {

  private Shield() {}

  static <T> Mono<T> around(Mono<T> work) {
    return Mono.deferContextual(
        context -> Mono.fromFuture(work.contextWrite(context).toFuture(), true));
  }
}
