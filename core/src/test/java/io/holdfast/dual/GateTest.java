package io.holdfast.dual;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.dual.Gate.Closing;
import io.holdfast.dual.Gate.Purpose;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class GateTest {

  private final Gate gate = new Gate();

  private static AtomicBoolean heard(Mono<Void> signal) {
    AtomicBoolean heard = new AtomicBoolean();
    var unused = signal.subscribe(done -> {}, error -> {}, () -> heard.set(true));
    return heard;
  }

  @Test
  void those_inside_are_waited_for_and_nobody_else_gets_in() {
    assertThat(gate.enter(Purpose.ANY)).isTrue();
    AtomicBoolean closes = heard(gate.closes());
    Closing mine = gate.close().orElseThrow();
    AtomicBoolean emptied = heard(gate.emptied());
    AtomicBoolean opened = heard(gate.opened());

    assertThat(closes).isTrue();
    assertThat(gate.close()).as("closes once").isEmpty();
    assertThat(gate.enter(Purpose.ANY)).isFalse();
    assertThat(emptied).isFalse();
    gate.leave(Purpose.ANY, true);
    assertThat(emptied).isTrue();

    assertThat(opened).isFalse();
    gate.open(mine);
    assertThat(opened).isTrue();
    assertThat(gate.enter(Purpose.ANY)).isTrue();
  }

  @Test
  void renewals_get_in_while_others_are_waited_for_and_then_are_waited_for_too() {
    var unused = gate.enter(Purpose.ANY);
    Closing mine = gate.close().orElseThrow();
    assertThat(gate.enter(Purpose.RENEWAL)).isTrue();
    gate.leave(Purpose.ANY, true);
    AtomicBoolean first = heard(gate.emptied());
    assertThat(first).as("renewals come and go").isTrue();

    gate.shut(mine);
    AtomicBoolean second = heard(gate.emptied());
    assertThat(gate.enter(Purpose.RENEWAL)).isFalse();
    assertThat(second).isFalse();
    gate.leave(Purpose.RENEWAL, true);
    assertThat(second).isTrue();
  }

  @Test
  void whoever_comes_too_late_neither_shuts_nor_opens_what_another_one_has_closed() {
    Closing mine = gate.close().orElseThrow();
    gate.open(mine);
    Closing others = gate.close().orElseThrow();

    gate.shut(mine);
    gate.open(mine);

    assertThat(gate.enter(Purpose.RENEWAL)).as("not shut").isTrue();
    assertThat(gate.enter(Purpose.ANY)).as("not opened").isFalse();
    gate.open(others);
    assertThat(gate.enter(Purpose.ANY)).isTrue();
  }

  @Test
  void what_may_still_be_written_is_given_time() {
    var unused = gate.enter(Purpose.ANY);
    var mine = gate.close();
    assertThat(mine).isPresent();

    StepVerifier.withVirtualTime(
            () -> {
              gate.leave(Purpose.ANY, false);
              return gate.emptied();
            })
        .expectSubscription()
        .expectNoEvent(Duration.ofMillis(500))
        .thenAwait(Duration.ofSeconds(1))
        .verifyComplete();
  }
}
