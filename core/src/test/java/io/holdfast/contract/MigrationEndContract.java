package io.holdfast.contract;

import static io.holdfast.contract.Samples.LONG;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.ConflictException;
import io.holdfast.transfer.MigrationLedger;
import io.holdfast.transfer.MigrationRun;
import io.holdfast.transfer.MigrationState;
import io.holdfast.transfer.MigrationTurn;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is promised of a migration that is over, or that somebody else has left meanwhile. */
public interface MigrationEndContract extends StorageContract {

  private MigrationLedger ledger() {
    return storage().migrations();
  }

  @Test
  default void once_it_is_finalized_the_same_source_is_never_copied_again() {
    MigrationRun run = Await.value(ledger().take(MigrationLedgerContract.FIRST));
    MigrationRun over = Await.value(ledger().leave(run, MigrationState.FINALIZED, List.of()));

    assertThat(Await.failure(ConflictException.class, ledger().take(MigrationLedgerContract.FIRST)))
        .hasMessageContaining("FINALIZED");
    Await.failure(ConflictException.class, ledger().take(MigrationLedgerContract.SECOND));
    assertThat(Await.value(ledger().pause())).isEqualTo(over);
    assertThat(Await.value(ledger().find())).isEqualTo(over);
    MigrationTurn another = new MigrationTurn("file:/other", "a", LONG);
    assertThat(Await.value(ledger().take(another)).source()).isEqualTo("file:/other");
  }

  @Test
  default void what_was_rolled_back_can_begin_again() {
    MigrationRun run = Await.value(ledger().take(MigrationLedgerContract.FIRST));
    Await.value(ledger().leave(run, MigrationState.ROLLED_BACK, List.of()));

    assertThat(Await.value(reopen().migrations().find()).state())
        .isEqualTo(MigrationState.ROLLED_BACK);
    assertThat(Await.value(ledger().take(MigrationLedgerContract.SECOND)).state())
        .isEqualTo(MigrationState.COPYING);
  }

  @Test
  default void who_looked_before_it_was_over_does_not_change_it() {
    MigrationRun copying = Await.value(ledger().take(MigrationLedgerContract.FIRST));
    MigrationRun proved = Await.value(ledger().leave(copying, MigrationState.VERIFIED, List.of()));
    for (MigrationState over : List.of(MigrationState.FINALIZED, MigrationState.ROLLED_BACK)) {
      MigrationRun look = Await.value(ledger().find());
      MigrationRun end = Await.value(ledger().leave(look, over, List.of()));

      for (MigrationRun late : List.of(copying, proved, look)) {
        for (MigrationState state : List.of(MigrationState.PAUSED, MigrationState.COPIED)) {
          Await.failure(ConflictException.class, ledger().leave(late, state, List.of()));
        }
      }
      assertThat(Await.value(ledger().find())).isEqualTo(end);
    }
  }

  @Test
  default void of_many_that_leave_it_after_the_same_look_one_does() {
    MigrationRun copying = Await.value(ledger().take(MigrationLedgerContract.FIRST));
    MigrationRun look = Await.value(ledger().leave(copying, MigrationState.VERIFIED, List.of()));

    List<Race.Finish<MigrationRun>> ends =
        Race.run(8, i -> ledger().leave(look, MigrationState.VERIFIED, List.of()));

    assertThat(ends).filteredOn(Race.Finish::won).hasSize(1);
    assertThat(ends)
        .filteredOn(Race.Finish::lost)
        .hasSize(7)
        .allSatisfy(end -> assertThat(end.failure()).isInstanceOf(ConflictException.class));
  }
}
