package io.holdfast.transfer;

import io.holdfast.ConflictException;
import io.holdfast.RecordKind;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What a storage remembers of the migration into it: which chunks were copied, each noted in the
 * transaction that wrote its records, so that whatever happens to the process, the two agree. It is
 * not part of what the storage holds: it is neither exported nor compared.
 *
 * <p>One process at a time has the migration. Each chunk renews its lease; one that was paused or
 * overtaken fails with {@link ConflictException} at its next chunk, and writes nothing of it.
 */
public interface MigrationLedger {

  /** The last migration into this storage; empty if there was none. */
  Mono<MigrationRun> find();

  /** The chunks of it that are copied, by kind and number; empty if there are none. */
  Flux<MigrationChunk> chunks();

  /**
   * Takes the migration on: begins it, or goes on with it under a higher token. One from another
   * source is replaced, and its chunks forgotten. Whoever has it takes it again.
   *
   * <p>Fails with {@link ConflictException} while another process has it, and for ever once it is
   * {@link MigrationState#FINALIZED}: the storage is used instead of that source.
   *
   * @return the migration, in state {@link MigrationState#COPYING}; never empty
   */
  Mono<MigrationRun> take(MigrationTurn turn);

  /**
   * Writes records as {@link io.holdfast.RecordTransfer#load} does, and the note of it, all or
   * none; one of the same number is replaced. What is loaded may be seen by others at once, and is
   * at the latest when its kind is {@linkplain #complete complete}.
   *
   * <p>Fails with {@link ConflictException} if {@code run} was paused, or somebody else took it.
   *
   * @return how many records were written; never empty
   */
  <R> Mono<Long> load(MigrationRun run, RecordKind<R> kind, List<R> records, MigrationChunk chunk);

  /**
   * Renews the lease of {@code run} where nothing has to be written.
   *
   * <p>Fails as {@link #load} does.
   */
  Mono<Void> keep(MigrationRun run);

  /**
   * Does as much as it can of what {@link #complete} would have to do, while more is loaded. It may
   * be called again and again, at any time; whoever does not call it waits longer in the end.
   */
  Mono<Void> settle(MigrationRun run);

  /**
   * Ends the copy of {@code kind}: it consists of the first {@code chunks} chunks, and those behind
   * them are forgotten, as the source has no longer so many. From here on all that was loaded is
   * seen by everybody. Events may be seen only now: a log that had none gets them all at once. This
   * may take long, and somebody has to {@link #keep} the lease meanwhile; done again, it is
   * harmless.
   *
   * <p>Fails as {@link #load} does, also if somebody else has written events meanwhile.
   *
   * @return how many chunks were forgotten; never empty
   */
  Mono<Long> complete(MigrationRun run, String kind, long chunks);

  /**
   * Ends the work on {@code run} for now: it is in {@code state}, and nobody has it.
   *
   * <p>Fails with {@link ConflictException}, having changed nothing, if somebody else took it or
   * left it since {@code run} was looked at: of two that leave it after the same look, one does.
   * Being asked to {@link #pause} is no hindrance for who has it.
   *
   * @param state not {@link MigrationState#COPYING}
   * @param sums what the source was found to hold; empty if that is not known
   * @return the migration as it is now; never empty
   */
  Mono<MigrationRun> leave(MigrationRun run, MigrationState state, List<KindSum> sums);

  /**
   * Asks whoever copies to stop before its next chunk. A migration that is not being copied is left
   * as it is.
   *
   * @return the migration as it is now; empty if there is none
   */
  Mono<MigrationRun> pause();
}
