package io.holdfast.migration.report;

import io.holdfast.StorageException;
import io.holdfast.UnifiedStorage;
import io.holdfast.migration.copy.Progress;
import io.holdfast.migration.copy.StorageSource;
import io.holdfast.migration.proof.Root;
import io.holdfast.transfer.MigrationLedger;
import io.holdfast.transfer.MigrationRun;
import io.holdfast.transfer.MigrationState;
import reactor.core.publisher.Mono;

/** Compares a storage with what was copied into it, as its ledger remembers. */
public record Validation(UnifiedStorage storage, Progress progress) {

  /** Reads the whole storage; empty if not all was copied yet. */
  public Mono<Expected> run() {
    MigrationLedger ledger = storage.migrations();
    return ledger
        .find()
        .filter(run -> !run.sums().isEmpty())
        .flatMap(run -> compare(run).flatMap(found -> remember(ledger, run, found)));
  }

  private Mono<Expected> compare(MigrationRun run) {
    return new Proof(new StorageSource(storage, false), progress)
        .sumsLike(run.sums())
        .map(found -> new Expected(Root.of(run.sums()), run.sums(), found, null));
  }

  private static Mono<Expected> remember(
      MigrationLedger ledger, MigrationRun run, Expected expected) {
    MigrationState state = expected.isMet() ? MigrationState.VERIFIED : MigrationState.COPIED;
    return run.state() == state
        ? Mono.just(expected)
        : ledger
            .leave(run, state, run.sums())
            .thenReturn(expected)
            // What was found holds, also where it cannot be noted: on a standby, say.
            .onErrorResume(
                StorageException.class,
                error -> Mono.just(expected.unnoted(String.valueOf(error.getMessage()))));
  }
}
