package io.holdfast.contract;

import static io.holdfast.contract.Samples.LOCK;
import static io.holdfast.contract.Samples.LONG;
import static io.holdfast.contract.Samples.wish;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.ConflictException;
import io.holdfast.LockLostException;
import io.holdfast.lock.Lease;
import io.holdfast.lock.LockHolder;
import io.holdfast.lock.LockRequest;
import io.holdfast.lock.LockState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Random operations on one lock, each compared with the rule that they follow. */
public interface LockModelContract extends StorageContract {

  /** What has to be true of the lock. */
  final class Model {

    private static final List<Integer> MODES = List.of(1, 1, 2, 3, LockRequest.HOLDERS_MAX);

    private final Random random;
    private final Map<String, Lease> leases = new HashMap<>();
    private final Map<String, Integer> modes = new HashMap<>();
    private long token;

    Model(long seed) {
      this.random = new Random(seed);
    }

    LockRequest request() {
      return wish("owner-" + random.nextInt(5), LONG)
          .slots(MODES.get(random.nextInt(MODES.size())));
    }

    private boolean admits(LockRequest request) {
      Integer mine = modes.get(request.owner());
      int most =
          modes.values().stream().mapToInt(Integer::intValue).min().orElse(request.holdersMax());
      return mine == null
          ? modes.size() < Math.min(most, request.holdersMax())
          : mine == request.holdersMax();
    }

    void tried(LockRequest request, Optional<Lease> got) {
      assertThat(got.isPresent()).as("%s beside %s", request, modes).isEqualTo(admits(request));
      got.ifPresent(lease -> took(request, lease));
    }

    private void took(LockRequest request, Lease lease) {
      Lease before = leases.put(request.owner(), lease);
      modes.put(request.owner(), request.holdersMax());
      assertThat(lease.token())
          .as("%s beside %s", request, modes)
          .isEqualTo(before == null ? lease.token() : before.token());
      assertThat(before != null || lease.token() > token).as("tokens grow").isTrue();
      token = Math.max(token, lease.token());
    }

    Optional<Lease> someone() {
      return leases.values().stream().skip(random.nextInt(1 + leases.size())).findFirst();
    }

    void released(Lease lease) {
      leases.remove(lease.owner());
      modes.remove(lease.owner());
    }

    void allReleased() {
      leases.clear();
      modes.clear();
    }

    void requireSame(LockState state) {
      assertThat(state.holders())
          .extracting(LockHolder::owner)
          .containsExactlyInAnyOrderElementsOf(leases.keySet());
      assertThat(state.holders())
          .extracting(LockHolder::token)
          .containsExactlyInAnyOrderElementsOf(leases.values().stream().map(Lease::token).toList());
      assertThat(state.token()).isGreaterThanOrEqualTo(token);
    }
  }

  private Optional<Lease> tryAcquire(LockRequest request) {
    return Await.value(
        storage()
            .locks()
            .tryAcquire(request)
            .map(Optional::of)
            .onErrorResume(ConflictException.class, held -> Mono.just(Optional.empty())));
  }

  private void step(Model model) {
    switch (model.random.nextInt(8)) {
      case 0 -> {
        Await.done(storage().locks().forceRelease(LOCK));
        model.allReleased();
      }
      case 1, 2, 3 ->
          model
              .someone()
              .ifPresent(
                  lease -> {
                    Await.done(storage().locks().release(lease));
                    Await.failure(LockLostException.class, storage().locks().renew(lease));
                    model.released(lease);
                  });
      default -> {
        LockRequest request = model.request();
        model.tried(request, tryAcquire(request));
      }
    }
  }

  @Test
  default void leases_follow_the_one_rule_of_all_modes() {
    for (long seed = 1; seed <= 4; seed++) {
      Model model = new Model(seed);
      Await.done(storage().locks().forceRelease(LOCK));
      LockRequest first = model.request();
      model.tried(first, tryAcquire(first));
      for (int i = 0; i < 80; i++) {
        step(model);
        model.requireSame(Await.value(storage().locks().find(LOCK)));
      }
    }
  }
}
