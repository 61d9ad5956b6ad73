package io.holdfast.dual;

import io.holdfast.ConflictException;
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

  static Mono<Void> write(UnifiedStorage storage, LockState authority) {
    return Mono.defer(() -> locks(storage).load(List.of(authority))).then();
  }

  /**
   * Completes if {@code leading}, which is {@code store}, may lead {@code following}. Whether that
   * may follow can be said only once it can be reached: {@link #admit}.
   */
  static Mono<Void> require(UnifiedStorage leading, UnifiedStorage following, String store) {
    return note(leading)
        .flatMap(
            own ->
                own.isPresent()
                    ? requireOwn(leading, following, store, own.get())
                    : begin(leading, following, store));
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
  private static Mono<Void> begin(UnifiedStorage leading, UnifiedStorage following, String store) {
    return find(leading)
        .map(released -> released.token() + 1)
        .defaultIfEmpty(1L)
        .map(term -> of(store, term))
        .delayUntil(note -> admissible(following, leading, note))
        .flatMap(note -> write(leading, note));
  }

  /** The leading side's note, once the following side has it too, if that may follow. */
  static Mono<LockState> admit(Sides sides) {
    return note(sides.leading())
        .flatMap(Mono::justOrEmpty)
        .switchIfEmpty(Mono.error(() -> new IllegalStateException("Nobody is noted as leading")))
        .delayUntil(
            note ->
                admissible(sides.following(), sides.leading(), note)
                    .filter(isNoted -> !isNoted)
                    .flatMap(isNew -> write(sides.following(), note)));
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
