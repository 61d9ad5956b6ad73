package io.holdfast;

import java.util.List;
import java.util.function.Consumer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Copies the records of one kind as they are, with their versions, positions, tokens and times. For
 * migration, back-up and comparison; everyday writes go through the stores.
 *
 * @param <R> the record
 */
public interface RecordTransfer<R> {

  /**
   * Every record in the {@linkplain RecordKind#order order} of the kind, in pages fetched on
   * demand; empty if there is none. Records that change while this runs may appear old or new,
   * never torn.
   */
  Flux<R> export();

  /**
   * As {@link #export}, but passes over a record that is damaged, and tells {@code damaged} of it,
   * on the thread that reads. Where a backend cannot tell one record from the next, or {@code
   * damaged} throws, it fails.
   */
  default Flux<R> exportIntact(Consumer<? super CorruptDataException> damaged) {
    return export();
  }

  /** How many records there are; never empty. */
  Mono<Long> count();

  /** The record with this {@linkplain RecordKind#identity identity}; empty if there is none. */
  Mono<R> find(RecordKey key);

  /**
   * Writes {@code records}, which are in the order of the kind, all or none. A record that is
   * already there at the same or a newer version is left alone, so repeating is harmless.
   *
   * <p>An event lies behind those that are there, and has a higher version than all of its job; not
   * always the next one, for the months of others may have been dropped where it comes from. Fails
   * with {@link ConflictException} if one does not.
   *
   * @return how many records were written; never empty
   */
  Mono<Long> load(List<R> records);

  /**
   * Deletes the record with this {@linkplain RecordKind#identity identity} as its store would, with
   * what cannot be without it: the executions of a workflow, the held jobs of a subscription.
   * Harmless if there is none. For making one storage like another: what was deleted there, or
   * deleted and made anew at a lower version, has to go here, too. A lock begins again with its
   * first token, so load it again.
   *
   * <p>Fails with {@link InvalidInputException} for events: a history is not taken apart.
   */
  Mono<Void> remove(RecordKey key);
}
