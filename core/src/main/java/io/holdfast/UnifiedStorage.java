package io.holdfast;

import io.holdfast.deadletter.DeadLetterFilter;
import io.holdfast.deadletter.LetterHandler;
import io.holdfast.deadletter.ReprocessOptions;
import io.holdfast.deadletter.ReprocessResult;
import io.holdfast.deadletter.Reprocessing;
import io.holdfast.event.EventLog;
import io.holdfast.lock.Lease;
import io.holdfast.lock.LockStore;
import io.holdfast.session.SessionStore;
import io.holdfast.subscription.DurableSubscription;
import io.holdfast.subscription.SubscriptionName;
import io.holdfast.transfer.MigrationLedger;
import java.util.List;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/**
 * Everything a workflow orchestrator has to remember, in one place. Safe for use by any number of
 * concurrent callers; never blocks the calling thread.
 *
 * <p>Cancelling an operation before its result arrives leaves the storage usable; whether a
 * cancelled write was applied is not known, and repeating it is safe.
 */
public interface UnifiedStorage extends StoreSet {

  @Override
  EventLog events();

  @Override
  SessionStore sessions();

  @Override
  LockStore locks();

  /**
   * Runs {@code work} in one transaction over any mix of stores: all of its writes are kept, or
   * none is. Commits when the returned {@code Mono} completes; rolls back when it fails, is
   * cancelled, or takes longer than {@code options} allow.
   *
   * <p>{@code work} is run again, after a pause that grows and varies, when the storage has rolled
   * it back because it cannot be fitted in with others; so it must not have other effects. Use only
   * the stores that are handed in; they are dead once {@code work} ends. Operations that need each
   * other's results come one after the other. Others may be subscribed to together, with {@code
   * Mono.when}: they come in that order. Whether they share a round trip is up to the driver.
   *
   * <p>There is no transaction inside a transaction, and no savepoint. What was refused, with
   * {@link ConflictException} or {@link NotFoundException}, has written nothing, and {@code work}
   * may go on after it. Any other failure spoils all of it: on PostgreSQL the commit fails too,
   * whatever {@code work} makes of it. Using this storage itself inside {@code work}, instead of
   * the stores that are handed in, fails with {@link InvalidInputException} before anything waits
   * for anything, as far as Reactor's context tells that it is inside; what {@code work} starts on
   * its own, by subscribing, is outside.
   *
   * <p>Fails with what {@code work} fails with; with {@link UnavailableException} when the time is
   * up, the attempts are used up, or the outcome is not known; and with {@link LockLostException},
   * having written nothing, when the options have a lease that is over: somebody who could not hold
   * the lock beside it has got it since, or it was released. Nobody such can take the lock between
   * the check and the commit. Cancelling frees the caller at once; the rollback goes on behind.
   *
   * @return what {@code work} emits; empty if {@code work} is
   */
  <T> Mono<T> inTransaction(TransactionOptions options, Function<StoreSet, Mono<T>> work);

  /** As above, with {@link TransactionOptions#DEFAULT}. */
  default <T> Mono<T> inTransaction(Function<StoreSet, Mono<T>> work) {
    return inTransaction(TransactionOptions.DEFAULT, work);
  }

  /** As above, with {@link TransactionOptions#DEFAULT}, fenced by {@code lease}. */
  default <T> Mono<T> inTransaction(Lease lease, Function<StoreSet, Mono<T>> work) {
    return inTransaction(TransactionOptions.DEFAULT.fencedBy(lease), work);
  }

  /**
   * The durable subscription {@code name}: its members share its events, and the storage keeps how
   * far they are. Nothing is created or read yet.
   */
  default DurableSubscription subscription(String name) {
    return new DurableSubscription(this, new SubscriptionName(name));
  }

  /**
   * Works on the dead letters that match once more, as {@link Reprocessing#run} says.
   *
   * @return what has come of it; never empty
   */
  default Mono<ReprocessResult> reprocess(
      DeadLetterFilter filter, ReprocessOptions options, LetterHandler handler) {
    return new Reprocessing(this).run(filter, options, handler);
  }

  /** The kinds of records this storage keeps, in the order in which they are copied. */
  List<RecordKind<?>> kinds();

  /** Copies records of {@code kind} in and out as they are. */
  <R> RecordTransfer<R> transfer(RecordKind<R> kind);

  /** What this storage remembers of the migration into it. */
  MigrationLedger migrations();

  /** How the storage is; never empty and never an error. */
  Mono<Health> health();

  /**
   * Ends live subscriptions and watches with {@link UnavailableException} and frees everything.
   * Completes when that is done; closing again is harmless. Every later operation fails with {@link
   * UnavailableException}.
   */
  Mono<Void> close();
}
