package io.holdfast.transfer;

import io.holdfast.ConflictException;
import io.holdfast.InvalidInputException;
import io.holdfast.Names;
import io.holdfast.RecordKind;
import io.holdfast.StorageTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * A migration into a storage, which has at most one: the last.
 *
 * @param source what is copied: the URL without a password
 * @param state how far it is
 * @param token grows with every process that takes it on; an older one can no longer write
 * @param holder the process at work, for people to read; empty if there is none
 * @param lease for how long others keep out after each sign of life of the holder
 * @param leasedUntil when the holder counts as gone unless it writes again, by the storage's clock
 * @param startedAt when it began
 * @param updatedAt when it last changed
 * @param sums what the source held, a sum a kind; empty until all is copied
 */
public record MigrationRun(
    String source,
    MigrationState state,
    long token,
    String holder,
    Duration lease,
    Instant leasedUntil,
    Instant startedAt,
    Instant updatedAt,
    List<KindSum> sums) {

  /** How it is named, ordered and written. It is never copied itself. */
  public static final RecordKind<MigrationRun> KIND = new MigrationRunKind();

  /** Cuts the times, copies the list. */
  public MigrationRun {
    checkSource(source);
    Objects.requireNonNull(state, "state");
    Names.checkText("holder", holder);
    Objects.requireNonNull(lease, "lease");
    leasedUntil = StorageTime.check("leased until", leasedUntil);
    startedAt = StorageTime.check("started at", startedAt);
    updatedAt = StorageTime.check("updated at", updatedAt);
    sums = List.copyOf(sums);
  }

  static void checkSource(String source) {
    Names.checkText("source", source);
    if (source.isEmpty()) {
      throw new InvalidInputException("source", "must not be empty");
    }
  }

  /** The same in {@code state}, leased and changed then; for backends. */
  public MigrationRun in(MigrationState state, Instant leasedUntil, Instant updatedAt) {
    return new MigrationRun(
        source, state, token, holder, lease, leasedUntil, startedAt, updatedAt, sums);
  }

  /** True if a process has it at {@code moment}. */
  public boolean isHeldAt(Instant moment) {
    return !holder.isEmpty() && leasedUntil.isAfter(moment);
  }

  /** True if {@code turn} can never have it: what its source held may have changed since. */
  public boolean isOverFor(MigrationTurn turn) {
    return state == MigrationState.FINALIZED && source.equals(turn.source());
  }

  /**
   * True if whoever looked at it when it was {@code before} may still leave it: nobody else has
   * taken it or left it since, and it was at most asked to pause; for backends.
   */
  public boolean isStill(MigrationRun before) {
    return token == before.token
        && (before.state == MigrationState.COPYING
            ? state == MigrationState.COPYING || state == MigrationState.PAUSED
            : state == before.state && updatedAt.equals(before.updatedAt));
  }

  /** What whoever wants it hears while its holder is at work, or once it is over; for backends. */
  public ConflictException busy() {
    return state == MigrationState.FINALIZED
        ? new ConflictException("The migration from", source, "open", state.name())
        : new ConflictException(
            "The migration from",
            source,
            "free",
            "at work until " + leasedUntil + ", in " + holder);
  }

  /** What the holder of {@code lost}, an older turn of this, hears; for backends. */
  public ConflictException isNot(MigrationRun lost) {
    return new ConflictException(
        "The migration from",
        lost.source(),
        lost.holder().isEmpty() ? "still " + lost.state() : "at work in " + lost.holder(),
        token == lost.token() || holder.isEmpty() ? state.name() : "taken over by " + holder);
  }
}
