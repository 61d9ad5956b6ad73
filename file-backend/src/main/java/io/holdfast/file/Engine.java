package io.holdfast.file;

import io.holdfast.transfer.Moved;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What works behind the stores: one for a process that writes, one for a process that reads. */
interface Engine {

  Scope scope();

  State state();

  /**
   * Never emits; while it is subscribed to, those that follow sessions are told what is written.
   */
  <T> Mono<T> hearing();

  /** How far events are visible, again and again. */
  Flux<Long> tips();

  <T> Mono<T> inTransaction(Function<Transaction, Mono<T>> work);

  /** Runs {@code work}, which may block, while nothing else is written. */
  <T> Mono<T> alone(Work<T> work);

  /**
   * As {@link #alone}, with everything that was written durable in the files, so that no journal
   * has to be repeated; what {@code work} changes is in the index then.
   */
  <T> Mono<T> settled(Work<T> work);

  /** As {@link io.holdfast.transfer.Relocation#moveTo}. */
  Mono<Moved> moveTo(Moved moved);

  /** As {@link io.holdfast.transfer.Relocation#takeBack}. */
  Mono<Moved> takeBack();

  /** What is wrong now. Blocks. */
  List<String> problems() throws IOException;

  /** What there is to know. Blocks. */
  Map<String, String> facts();

  /** Calls {@code done} when everything is let go of. */
  void close(Runnable done);
}
