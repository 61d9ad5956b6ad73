package io.holdfast.dual;

import io.holdfast.ConflictException;
import io.holdfast.InvalidInputException;
import io.holdfast.RecordKey;
import io.holdfast.RecordTransfer;
import io.holdfast.UnavailableException;
import io.holdfast.UnifiedStorage;
import io.holdfast.lock.LockName;
import io.holdfast.lock.LockState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Which store leads, as both sides keep it: the state of a lock. Its owner is the id of the store
 * that leads, and its token grows with each exchange. A store leads only if its own record says so,
 * or if the other one's says so later: the side that led gives away its right before the other has
 * it, so that a crash between the two leaves nobody, and no opening makes the wrong side the one
 * that is right. Once the lock is released, a store belongs to no pair.
 */
final class Authority {

  static final LockName NAME = new LockName("holdfast/leading-store");

  private static final RecordKey KEY = RecordKey.of(NAME.value());
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private Authority() {}

  /** The id of a store; fails with {@link UnavailableException} if it does not say. */
  static Mono<String> storeOf(UnifiedStorage storage) {
    return storage.relocation().storeId();
  }

  /** The note, also one that was released; empty if there was never one. */
  static Mono<LockState> find(UnifiedStorage storage) {
    return locks(storage).find(KEY);
  }

  private static Mono<Optional<LockState>> note(UnifiedStorage storage) {
    return find(storage).filter(note -> note.owner() != null).singleOptional();
  }

  private static RecordTransfer<LockState> locks(UnifiedStorage storage) {
    return storage.transfer(LockState.KIND);
  }

  /** Makes {@code store} the one that leads, in the first term or in the next one. */
  static LockState of(String store, long term) {
    return new LockState(NAME, term, store, Instant.EPOCH);
  }

  /** Makes {@code store} the one that leads, in a term after all that either side knows of. */
  static Mono<LockState> next(Sides sides, String store) {
    return Flux.just(sides.leading(), sides.following())
        .concatMap(Authority::find, 1)
        .reduce(0L, (newest, note) -> Math.max(newest, note.token()))
        .map(newest -> of(store, newest + 1));
  }

  /** Completes when {@code storage} has it; fails if it does not take it. */
  static Mono<Void> write(UnifiedStorage storage, LockState authority) {
    return Mono.defer(() -> locks(storage).load(List.of(authority)))
        .then(has(storage, authority))
        .filter(taken -> taken)
        .switchIfEmpty(Mono.error(() -> new IllegalStateException("The note was not taken")))
        .then();
  }

  static Mono<Boolean> has(UnifiedStorage storage, LockState authority) {
    return find(storage).map(found -> isSame(found, authority)).defaultIfEmpty(false);
  }

  /** Completes when the following side has taken the note once more by which it follows. */
  static Mono<Void> confirm(Sides sides) {
    return note(sides.leading())
        .flatMap(Mono::justOrEmpty)
        .flatMap(note -> sides.inTime(write(sides.following(), note)));
  }

  /** True if {@code found} gives a later term than that of {@code known} to another store. */
  static boolean isGivenAway(LockState found, LockState known) {
    return found.owner() != null
        && found.token() > known.token()
        && !Objects.equals(found.owner(), known.owner());
  }

  static boolean isSame(LockState one, LockState other) {
    return one.token() == other.token() && Objects.equals(one.owner(), other.owner());
  }

  /** Refuses {@code name} if it is that of the note, which nobody else takes or gives back. */
  static void requireOther(LockName name) {
    if (name.equals(NAME)) {
      throw new InvalidInputException(
          "lock name", "must not be " + NAME + ", which says which of two storages leads");
    }
  }

  /**
   * Completes if the leading side, which is {@code store}, may lead the other one. Whether that one
   * may follow can be said only once it can be reached: {@link #admit}.
   */
  static Mono<Void> require(Sides sides, String store) {
    return note(sides.leading())
        .flatMap(
            own ->
                own.isPresent()
                    ? requireOwn(sides.leading(), sides.following(), store, own.get())
                    : sides.inTime(begin(sides, store)));
  }

  private static Mono<Void> requireOwn(
      UnifiedStorage leading, UnifiedStorage following, String store, LockState own) {
    if (store.equals(own.owner())) {
      return admissible(following, leading, own)
          .then()
          .timeout(PATIENCE, Mono.empty())
          .onErrorResume(UnavailableException.class, away -> Mono.empty());
    }
    return find(following)
        .filter(other -> store.equals(other.owner()) && other.token() > own.token())
        .switchIfEmpty(Mono.error(() -> leadsElsewhere(store, own)))
        .flatMap(other -> write(leading, other));
  }

  private static ConflictException leadsElsewhere(String store, LockState own) {
    return new ConflictException(
        "Store",
        store,
        "the one that leads",
        "following " + own.owner() + "; open it the other way");
  }

  /** For the first time. */
  private static Mono<Void> begin(Sides sides, String store) {
    return next(sides, store)
        .delayUntil(note -> admissible(sides.following(), sides.leading(), note))
        .flatMap(note -> write(sides.leading(), note));
  }

  /** The leading side's note, once the following side has it too, if that may follow. */
  static Mono<LockState> admit(Sides sides) {
    return note(sides.leading())
        .flatMap(Mono::justOrEmpty)
        .switchIfEmpty(Mono.error(() -> new IllegalStateException("Nobody is noted as leading")))
        .flatMap(
            note ->
                admissible(sides.following(), sides.leading(), note)
                    .flatMap(isNoted -> isNoted ? Mono.just(note) : join(sides, note)));
  }

  /** A side that belonged to another pair may know of a later term than the leading one. */
  private static Mono<LockState> join(Sides sides, LockState note) {
    String leader = Objects.requireNonNull(note.owner());
    return find(sides.following())
        .map(other -> other.token() < note.token() ? note : of(leader, other.token() + 1))
        .defaultIfEmpty(note)
        .delayUntil(raised -> raised.equals(note) ? Mono.empty() : write(sides.leading(), raised))
        .delayUntil(raised -> write(sides.following(), raised));
  }

  /**
   * True if {@code following} follows already, false if it may begin to: it is made like the
   * leading side, so it has to be empty, or a part of that.
   */
  private static Mono<Boolean> admissible(
      UnifiedStorage following, UnifiedStorage leading, LockState note) {
    return Mono.zip(storeOf(following), note(following))
        .flatMap(
            found -> {
              ConflictException refusal = refusal(found.getT1(), found.getT2().orElse(null), note);
              return refusal != null
                  ? Mono.error(refusal)
                  : found.getT2().isPresent()
                      ? EventFollower.isPart(leading, following).thenReturn(true)
                      : FirstOpening.require(leading, following).thenReturn(false);
            });
  }

  /** Why a store cannot follow whoever {@code note} says, judging by its own note. */
  private static @Nullable ConflictException refusal(
      String store, @Nullable LockState own, LockState note) {
    if (store.equals(note.owner())) {
      return new ConflictException("Store", store, "another one on each side", "on both");
    }
    if (own == null || mayFollow(own, note)) {
      return null;
    }
    return new ConflictException(
        "Store",
        store,
        "free, or following " + note.owner() + " in term " + note.token() + " at the latest",
        "following " + own.owner() + " in term " + own.token());
  }

  private static boolean mayFollow(LockState own, LockState note) {
    return own.token() <= note.token() && Objects.equals(own.owner(), note.owner());
  }
}
