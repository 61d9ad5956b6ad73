package io.holdfast.postgres;

import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Keeps a cancel away from work that must run to its end: a statement whose result is on its way, a
 * commit, the return of a connection. The caller is free at once; the work finishes by itself.
 */
final class Shield {

  private static final Logger LOG = LoggerFactory.getLogger(Shield.class);

  private Shield() {}

  static <T> Mono<T> around(Mono<T> work) {
    return Mono.deferContextual(
        context -> {
          AtomicBoolean gone = new AtomicBoolean();
          Mono<T> untold =
              work.contextWrite(context)
                  .onErrorResume(error -> gone.get() ? nobodyToTell(error) : Mono.error(error));
          return Mono.fromFuture(untold.toFuture(), true).doOnCancel(() -> gone.set(true));
        });
  }

  /** Whoever cancels a write knows that its outcome is unknown. */
  private static <T> Mono<T> nobodyToTell(Throwable error) {
    LOG.debug("Work whose caller was gone has failed", error);
    return Mono.empty();
  }
}
