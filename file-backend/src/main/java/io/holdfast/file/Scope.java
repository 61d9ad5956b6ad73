package io.holdfast.file;

import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Where a store reads and writes: the storage itself, or one transaction on it. */
interface Scope {

  /** Reads once a subscription; empty if {@code look} returns {@code null}. */
  <T> Mono<T> read(Look<T> look);

  /** Reads page by page. */
  <T> Flux<T> pages(Function<View, PageSource<T>> look);

  /**
   * Decides under the write turn what to write, and completes when that is kept; a failure leaves
   * nothing. Empty if {@code decide} returns {@code null}.
   */
  <T> Mono<T> write(Decision<T> decide);
}
