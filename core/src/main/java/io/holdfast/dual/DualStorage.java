package io.holdfast.dual;

import io.holdfast.Health;
import io.holdfast.Position;
import io.holdfast.RecordKind;
import io.holdfast.RecordTransfer;
import io.holdfast.StoreSet;
import io.holdfast.TransactionOptions;
import io.holdfast.UnavailableException;
import io.holdfast.UnifiedStorage;
import io.holdfast.checkpoint.CheckpointStore;
import io.holdfast.deadletter.DeadLetterQueue;
import io.holdfast.event.EventLog;
import io.holdfast.lock.LockStore;
import io.holdfast.session.SessionStore;
import io.holdfast.subscription.SubscriptionStore;
import io.holdfast.transfer.MigrationLedger;
import io.holdfast.transfer.Relocation;
import io.holdfast.workflow.WorkflowStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;

/**
 * Two storages behind one, so that a system can be moved from one to the other while it runs, and
 * back. One side <em>leads</em>: every write is decided there, exactly as without the other one.
 * The other side <em>follows</em>: it is made like the leading one, record by record as they are,
 * with their versions, positions, tokens and times; no operation is done twice. {@link #cutOver}
 * exchanges them.
 *
 * <p>A following side that fails, is slow or is away never fails or delays a write. What it lacks
 * is brought over as soon as it takes it: events from its own last one on; of everything else, what
 * was written here, at once, and what a crash or a long outage made this process forget, by
 * comparing both sides record by record, which every opening and {@link #compare} do in the
 * background. That is the back-fill too: a following side may be empty, or hold what a migration
 * has copied, or is copying. Every copy looks at the leading side's record again after it has
 * written, so that nothing newer is overwritten, and nothing deleted comes back.
 *
 * <p>Reads are answered as the {@link DualMode} says. Where the following side answers, it has
 * every write that was acknowledged by this object before the read began; what other processes
 * wrote may be missing for as long as copying takes. If it has not begun to answer within two
 * seconds, the leading side does; an answer that breaks off fails with {@link
 * UnavailableException}. Locks, durable subscriptions, what depends on the time of day,
 * transactions and live subscriptions are the leading side's in every mode.
 *
 * <p>Durable subscriptions and event subscriptions keep their place when the sides are exchanged,
 * and go on by themselves; elections report a lost leadership and go on; session watches fail with
 * {@link UnavailableException}, to be watched again. Not copied: which batches of events were
 * appended, so that an append that is subscribed to again after an exchange returns its first
 * result, or fails with {@link UnavailableException} if that is not known, as a transaction with an
 * append does of which nothing is known; and who works on a durable subscription, who joins again.
 *
 * <p>Several processes may have the same two sides open, as far as the sides allow that: each
 * copies what it has written, and all compare. Before an exchange the others are closed, and {@link
 * #compare} finds what they have not copied; afterwards they open the sides the other way round,
 * and are refused otherwise. One that stays open copies nothing any more, and once it has found
 * out, with the first write that it would copy, everything fails with {@link
 * io.holdfast.ConflictException}.
 */
public final class DualStorage implements UnifiedStorage {

  private final Dual dual;
  private final boolean owning;
  private final LiveAccess access;
  private final DualStores stores;
  private final EventLog events;
  private final SessionStore sessions;
  private final LockStore locks;

  private DualStorage(Dual dual, boolean owning) {
    this.dual = dual;
    this.owning = owning;
    this.access = new LiveAccess(dual);
    this.stores = DualStores.over(access);
    this.events = new DualEvents(dual, access);
    this.sessions = new DualSessions(dual, access);
    this.locks = new DualLocks(dual, access);
  }

  /**
   * Opens two open storages as one. Which one leads is noted in both, as the state of a lock {@code
   * holdfast/leading-store}, and guarded, as whatever is on the following side only would be lost:
   * sides that are given the wrong way round are refused, and so is a store that is no copy.
   *
   * <p>Fails with {@link io.holdfast.ConflictException} if {@code leading} has handed over to
   * another store, if both are the same store, if {@code following} is one of another pair, leads
   * itself, or ends with an event that {@code leading} has not; and, as long as it is not noted as
   * the one that follows, if it has records of which {@code leading} has none. Fails with {@link
   * UnavailableException} if the leading side cannot be reached, or, the first time only, the
   * following one; later on a following side that cannot be reached is checked before anything is
   * copied, and a refusal is a problem of {@link #health}.
   *
   * @return the open storage, which copies and compares from now on; never empty
   */
  public static Mono<DualStorage> open(
      UnifiedStorage leading, UnifiedStorage following, DualOptions options) {
    Objects.requireNonNull(leading, "leading");
    Objects.requireNonNull(following, "following");
    Objects.requireNonNull(options, "options");
    Sides sides = new Sides(leading, following, options.patience());
    return Authority.storeOf(leading)
        .delayUntil(store -> Authority.require(sides, store))
        .zipWith(Mono.defer(() -> EventFollower.head(leading)))
        .map(opened -> start(sides, opened.getT1(), opened.getT2(), options));
  }

  private static DualStorage start(Sides sides, String store, Position head, DualOptions options) {
    Dual dual = new Dual(sides, store, head, options);
    dual.start();
    return new DualStorage(dual, options.owning());
  }

  /** What is done with reads. */
  public DualMode mode() {
    return dual.reads().mode();
  }

  /** Changes what is done with reads, from the next one on. */
  public void mode(DualMode mode) {
    dual.reads().mode(Objects.requireNonNull(mode, "mode"));
  }

  /**
   * Has everything compared once more, in the background: after something has written to a side
   * behind this storage's back, such as a migration. {@link #caughtUp} tells when it is done.
   */
  public Mono<Void> compare() {
    return Mono.fromRunnable(dual::compareAll);
  }

  /**
   * Completes when the following side has everything that was written before this is subscribed to,
   * and every comparison that had been asked for, that of the opening too, is done. Waits for as
   * long as the following side is away: put a time-out on it.
   */
  public Mono<Void> caughtUp() {
    return Mono.defer(dual::hurried);
  }

  /**
   * Exchanges the sides: the following one leads from now on, and the other one follows, so that
   * doing it again goes back. The following side catches up first, beside the writes. Then writes
   * that begin wait, those under way are waited for, and the rest is copied; leases are renewed
   * meanwhile. Then renewals wait too, for a few round trips: the leading store notes that it has
   * handed over, and the other one that it leads.
   *
   * <p>Fails with {@link UnavailableException}, with nothing changed, if writes do not end or the
   * following side does not catch up within {@code patience} each, with {@link
   * io.holdfast.ConflictException} if an exchange is under way or a side has moved, and with
   * whatever it is for which a store refuses its note: the following one is asked to take it before
   * the leading one gives way. Cancelling before the first note changes nothing. From that note on
   * it goes on to its end, whether or not it is waited for, and writes wait until both sides have
   * the note; a side that is away is a problem of {@link #health} meanwhile.
   */
  public Mono<Void> cutOver(Duration patience) {
    Objects.requireNonNull(patience, "patience");
    return dual.exchange(patience);
  }

  /** How the two sides stand to each other; never empty. Reads the leading side's last event. */
  public Mono<DualStatus> status() {
    return Mono.defer(() -> EventFollower.head(dual.openSides().leading())).map(this::status);
  }

  private DualStatus status(Position head) {
    return new DualStatus(
        mode(),
        head,
        dual.events().followed(),
        dual.pending().size(),
        dual.lag(),
        dual.meters().divergences(),
        dual.troubles().any());
  }

  @Override
  public EventLog events() {
    return events;
  }

  @Override
  public SessionStore sessions() {
    return sessions;
  }

  @Override
  public CheckpointStore checkpoints() {
    return stores.checkpoints();
  }

  @Override
  public DeadLetterQueue deadLetters() {
    return stores.deadLetters();
  }

  @Override
  public WorkflowStore workflows() {
    return stores.workflows();
  }

  @Override
  public LockStore locks() {
    return locks;
  }

  @Override
  public SubscriptionStore subscriptions() {
    return stores.subscriptions();
  }

  /** On the leading side; what it has changed is copied once it is committed. */
  @Override
  public <T> Mono<T> inTransaction(TransactionOptions options, Function<StoreSet, Mono<T>> work) {
    Objects.requireNonNull(options, "options");
    Objects.requireNonNull(work, "work");
    return entered(options, work, new UnknownAppends());
  }

  private <T> Mono<T> entered(
      TransactionOptions options, Function<StoreSet, Mono<T>> work, UnknownAppends unknown) {
    return Mono.defer(
        () ->
            dual.enter(Gate.Purpose.ANY)
                ? transaction(options, work, unknown)
                : dual.opened().then(entered(options, work, unknown)));
  }

  private <T> Mono<T> transaction(
      TransactionOptions options, Function<StoreSet, Mono<T>> work, UnknownAppends unknown) {
    TransactionAccess.Notes notes = new TransactionAccess.Notes(dual.pending());
    AtomicBoolean isUnknown = new AtomicBoolean();
    Sides sides = dual.sides();
    return Mono.defer(() -> unknown.requireNoneBefore(sides))
        .then(Mono.defer(() -> sides.leading().inTransaction(options, noted(work, notes))))
        .doOnSuccess(value -> notes.committed(dual.events()))
        .doOnSuccess(value -> unknown.done())
        .doOnError(error -> isUnknown.set(error instanceof UnavailableException))
        .doFinally(
            end -> {
              boolean certain =
                  notes.isCommitted() || (end != SignalType.CANCEL && !isUnknown.get());
              notes.ended(certain);
              unknown.ended(sides, !certain && notes.hasAppended());
              dual.leave(Gate.Purpose.ANY, certain);
              dual.wake();
            });
  }

  private static <T> Function<StoreSet, Mono<T>> noted(
      Function<StoreSet, Mono<T>> work, TransactionAccess.Notes notes) {
    return tx -> {
      notes.begin();
      return work.apply(DualStores.over(new TransactionAccess(tx, notes)));
    };
  }

  @Override
  public List<RecordKind<?>> kinds() {
    return dual.sides().leading().kinds();
  }

  /** As the leading side has them; what is loaded is copied too. */
  @Override
  public <R> RecordTransfer<R> transfer(RecordKind<R> kind) {
    return new DualTransfer<>(dual, access, kind);
  }

  @Override
  public MigrationLedger migrations() {
    return new DualMigrations(dual, access);
  }

  /**
   * That of the leading side, as the pair is where that is. Marking it waits while the sides are
   * exchanged; the following side is not marked.
   */
  @Override
  public Relocation relocation() {
    return new DualRelocation(access);
  }

  /** How the leading side is, and what is known of the following one. */
  @Override
  public Mono<Health> health() {
    return Mono.defer(() -> dual.sides().leading().health()).map(this::withFollowing);
  }

  private Health withFollowing(Health leading) {
    Map<String, String> facts = new LinkedHashMap<>(leading.facts());
    facts.put("dual mode", mode().toString());
    facts.put("dual pending", Integer.toString(dual.pending().size()));
    facts.put("dual lag", dual.lag().toMillis() + " ms");
    facts.put("dual events followed", dual.events().followed().value());
    facts.put("dual divergences", Long.toString(dual.meters().divergences()));
    List<String> problems = new ArrayList<>(leading.problems());
    if (dual.isClosed()) {
      problems.add("The storage is closed");
    }
    if (dual.isDeposed()) {
      problems.add(Objects.requireNonNull(Replication.leadsNoLonger().getMessage()));
    }
    dual.troubles()
        .any()
        .ifPresent(
            trouble -> {
              facts.put("dual trouble", trouble);
              if (mode().reads() != DualMode.Reads.SHADOW
                  || dual.troubles().has(Troubles.EXCHANGE)) {
                problems.add("The following side: " + trouble);
              }
            });
    return new Health(problems.isEmpty(), leading.latency(), problems, facts);
  }

  /**
   * Ends copying and everything live. The two sides stay open, unless it was opened as {@linkplain
   * DualOptions#owningBoth their owner}. What has not been copied by then is, by the next opening.
   */
  @Override
  public Mono<Void> close() {
    return Mono.defer(
        () -> {
          dual.close();
          Sides sides = dual.sides();
          return owning
              ? Flux.just(sides.leading(), sides.following())
                  .concatMapDelayError(UnifiedStorage::close, 1)
                  .then()
              : Mono.empty();
        });
  }
}
