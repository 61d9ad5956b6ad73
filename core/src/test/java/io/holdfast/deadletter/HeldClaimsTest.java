package io.holdfast.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.JobId;
import io.holdfast.LockLostException;
import io.holdfast.UnavailableException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class HeldClaimsTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Duration LEASE = Duration.ofMillis(300);
  private static final Claim CLAIM =
      new Claim(
          new DeadLetterKey(new JobId("job"), new ItemId("item")),
          7,
          "a",
          Instant.parse("2026-11-20T10:00:00Z"));

  private final AtomicInteger renewals = new AtomicInteger();

  private HeldClaims held(Function<List<Claim>, Flux<Claim>> answer) {
    DeadLetterClaims letters =
        (DeadLetterClaims)
            Proxy.newProxyInstance(
                DeadLetterClaims.class.getClassLoader(),
                new Class<?>[] {DeadLetterClaims.class},
                (self, method, arguments) -> {
                  assertThat(method.getName()).isEqualTo("renew");
                  renewals.incrementAndGet();
                  @SuppressWarnings("unchecked")
                  List<Claim> claims = (List<Claim>) arguments[0];
                  return answer.apply(claims);
                });
    HeldClaims held = new HeldClaims(letters, LEASE);
    held.add(CLAIM, System.nanoTime());
    return held;
  }

  /** How a work without end ends. */
  private static Throwable end(HeldClaims held) {
    return Mono.firstWithSignal(held.<Throwable>loss(CLAIM), held.<Throwable>keep())
        .onErrorResume(Mono::just)
        .block(LIMIT);
  }

  @Test
  void are_lost_when_the_storage_does_not_answer_any_more() {
    assertThat(end(held(claims -> Flux.never()))).isInstanceOf(LockLostException.class);
    assertThat(renewals).as("one is under way at a time").hasValue(1);
  }

  @Test
  void are_lost_when_the_storage_stays_away_for_too_long() {
    assertThat(end(held(claims -> Flux.error(new UnavailableException("away")))))
        .isInstanceOf(LockLostException.class);
    assertThat(renewals.get()).as("it was tried again").isGreaterThan(1);
  }

  @Test
  void are_lost_when_the_storage_says_so() {
    assertThat(end(held(claims -> Flux.empty()))).isInstanceOf(LockLostException.class);
  }

  @Test
  void stay_ours_as_long_as_they_are_renewed() {
    HeldClaims held = held(Flux::fromIterable);

    Mono<String> work = Mono.delay(LEASE.multipliedBy(4)).thenReturn("done");
    Mono<String> whole = Mono.firstWithSignal(work, held.<String>loss(CLAIM), held.<String>keep());

    assertThat(whole.block(LIMIT)).isEqualTo("done");
  }
}
