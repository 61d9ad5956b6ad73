package io.holdfast.dual;

import io.holdfast.ConflictException;
import io.holdfast.RecordKey;
import io.holdfast.RecordTransfer;
import io.holdfast.UnavailableException;
import io.holdfast.UnifiedStorage;
import io.holdfast.lock.LockName;
import io.holdfast.lock.LockState;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Mono;

/**
 * Which store leads, as both sides keep it: the state of a lock that nobody holds. Its owner is the
 * id of the store that leads, and its token grows with each exchange. A store leads only if its own
 * record says so, or if the other one's says so later: the side that led gives away its right
 * before the other has it, so that a crash between the two leaves nobody, and no opening makes the
 * wrong side the one that is right.
 */
final class Authority {

  static final LockName NAME = new LockName("holdfast/leading-store");

  private static final RecordKey KEY = RecordKey.of(NAME.value());

  private Authority() {}

  /** The id of a store; fails with {@link UnavailableException} if it does not say. */
  static Mono<String> storeOf(UnifiedStorage storage) {
    return storage
        .health()
        .flatMap(
            health ->
                Mono.justOrEmpty(health.facts().get("store"))
                    .switchIfEmpty(
                        Mono.error(
                            () ->
                                new UnavailableException(
                                    "A store does not say its id: " + health.problems()))));
  }

  static Mono<LockState> find(UnifiedStorage storage) {
    return locks(storage).find(KEY);
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

  /** Completes if {@code leading}, which is {@code store}, may lead {@code following}. */
  static Mono<Void> require(UnifiedStorage leading, UnifiedStorage following, String store) {
    return find(leading)
        .singleOptional()
        .flatMap(
            own ->
                own.isPresent()
                    ? requireOwn(leading, following, store, own.get())
                    : begin(leading, following, store));
  }

  private static Mono<Void> requireOwn(
      UnifiedStorage leading, UnifiedStorage following, String store, LockState own) {
    if (store.equals(own.owner())) {
      return Mono.empty();
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

  /** For the first time: what is to follow has to be empty, or a part of what is to lead. */
  private static Mono<Void> begin(UnifiedStorage leading, UnifiedStorage following, String store) {
    return Mono.zip(find(following).singleOptional(), storeOf(following))
        .flatMap(other -> requireFree(store, other.getT2(), other.getT1()))
        .then(FirstOpening.require(leading, following))
        .then(Mono.defer(() -> write(leading, of(store, 1))));
  }

  private static Mono<Void> requireFree(String store, String other, Optional<LockState> there) {
    if (store.equals(other)) {
      return Mono.error(
          () -> new ConflictException("Store", store, "another one on each side", "on both"));
    }
    return there.isEmpty()
        ? Mono.empty()
        : Mono.error(
            () -> new ConflictException("Store", other, "free", "in a pair already: " + there));
  }
}
