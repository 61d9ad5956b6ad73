package io.holdfast.contract;

import static io.holdfast.contract.Operation.Emits.NOTHING;
import static io.holdfast.contract.Operation.Emits.ONE;
import static io.holdfast.contract.Operation.Emits.SOME;
import static io.holdfast.contract.Operation.reads;
import static io.holdfast.contract.Operation.writes;
import static io.holdfast.contract.Samples.LONG;

import io.holdfast.ConflictException;
import io.holdfast.UnifiedStorage;
import io.holdfast.session.Session;
import io.holdfast.transfer.MigrationChunk;
import io.holdfast.transfer.MigrationLedger;
import io.holdfast.transfer.MigrationRun;
import io.holdfast.transfer.MigrationState;
import io.holdfast.transfer.MigrationTurn;
import java.time.Duration;
import java.util.List;
import reactor.util.retry.Retry;

/** The operations of the ledger of a migration. */
final class MigrationOperations {

  static final MigrationTurn TURN = new MigrationTurn("file:/from", "a", LONG);

  private MigrationOperations() {}

  static List<Operation> all() {
    return List.of(
        reads(
            "migrations.find", ONE, MigrationOperations::taken, (s, run) -> s.migrations().find()),
        reads(
            "migrations.chunks",
            SOME,
            MigrationOperations::loaded,
            (s, run) -> s.migrations().chunks()),
        reads(
            "migrations.take",
            ONE,
            MigrationOperations::taken,
            (s, run) -> s.migrations().take(TURN)),
        writes(
            "migrations.load",
            ONE,
            MigrationOperations::taken,
            (s, run) -> {
              Session session = TransferSamples.session(Math.toIntExact(run.token()) + 1_000, 1);
              return s.migrations().load(run, Session.KIND, List.of(session), chunk(session));
            }),
        reads(
            "migrations.keep",
            NOTHING,
            MigrationOperations::taken,
            (s, run) -> s.migrations().keep(run)),
        reads(
            "migrations.settle",
            NOTHING,
            MigrationOperations::loaded,
            (s, run) -> s.migrations().settle(run)),
        reads(
            "migrations.complete",
            ONE,
            MigrationOperations::loaded,
            (s, run) -> s.migrations().complete(run, Session.KIND.name(), 0)),
        reads(
            "migrations.leave",
            ONE,
            MigrationOperations::taken,
            (s, run) -> s.migrations().leave(run, MigrationState.COPIED, List.of())),
        reads(
            "migrations.pause",
            ONE,
            MigrationOperations::taken,
            (s, run) -> s.migrations().pause()));
  }

  private static MigrationRun taken(UnifiedStorage storage) {
    return Await.value(storage.migrations().take(TURN));
  }

  /** There is one only: what was cancelled before may still come in between, so it tries again. */
  private static MigrationRun loaded(UnifiedStorage storage) {
    Session session = TransferSamples.session(1, 1);
    MigrationLedger ledger = storage.migrations();
    return Await.value(
        ledger
            .take(TURN)
            .flatMap(
                run ->
                    ledger
                        .load(run, Session.KIND, List.of(session), chunk(session))
                        .thenReturn(run))
            .retryWhen(
                Retry.fixedDelay(10, Duration.ofMillis(20))
                    .filter(ConflictException.class::isInstance)
                    .onRetryExhaustedThrow((spec, signal) -> signal.failure())));
  }

  private static MigrationChunk chunk(Session session) {
    String key = Session.KIND.key(session);
    return new MigrationChunk(Session.KIND.name(), 0, 1, key, key, "0".repeat(64));
  }
}
