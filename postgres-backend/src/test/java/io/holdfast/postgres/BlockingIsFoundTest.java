package io.holdfast.postgres;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import reactor.blockhound.BlockingOperationError;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** That the other tests would notice a blocking call. */
class BlockingIsFoundTest {

  @Test
  void a_blocking_call_where_none_may_be_is_an_error() {
    Mono.fromCallable(
            () -> {
              Thread.sleep(1);
              return "slept";
            })
        .subscribeOn(Schedulers.parallel())
        .as(StepVerifier::create)
        .expectError(BlockingOperationError.class)
        .verify(Duration.ofSeconds(30));
  }
}
