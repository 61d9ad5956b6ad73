package io.holdfast.postgres;

import io.holdfast.RecordTransfer;
import java.util.List;
import reactor.core.publisher.Mono;

/** A transfer that can load within a larger transaction. */
interface LoadingTransfer<R> extends RecordTransfer<R> {

  /** What has to be there before the transaction begins. */
  default Mono<Void> prepare(List<R> records) {
    return Mono.empty();
  }

  /** Writes {@code records}, at least one, in {@code transaction}; emits how many were written. */
  Mono<Long> loadIn(SqlRunner transaction, List<R> records);

  /** Tells those who listen that something may have been loaded and committed. */
  default void announce() {}

  /** Loads in a transaction of {@code database}, which {@code note} ends. */
  default Mono<Long> load(SqlRunner database, List<R> records, Note note) {
    return prepare(records)
        .then(
            database.atomically(
                tx -> loadIn(tx, records).flatMap(written -> note.write(tx).thenReturn(written))))
        .doOnTerminate(this::announce);
  }

  /** What is written in the same transaction. */
  interface Note {

    /** Nothing. */
    Note NONE = tx -> Mono.empty();

    Mono<Void> write(SqlRunner transaction);
  }
}
