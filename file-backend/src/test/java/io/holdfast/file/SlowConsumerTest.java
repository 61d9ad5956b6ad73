package io.holdfast.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.UnavailableException;
import io.holdfast.UnifiedStorage;
import io.holdfast.contract.Await;
import io.holdfast.deadletter.DeadLetterFilter;
import io.holdfast.event.Event;
import io.holdfast.event.EventFilter;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.RecordedEvent;
import io.holdfast.subscription.ConsumeOptions;
import io.holdfast.subscription.DurableSubscription;
import io.holdfast.subscription.EventHandler;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/** A handler that takes longer than a transaction may. */
class SlowConsumerTest {

  @TempDir private Path directory;

  @Test
  void an_event_whose_handler_never_ends_is_with_the_dead_letters_and_the_next_is_handled() {
    UnifiedStorage storage =
        FreshDirectory.open(
            FileConfiguration.builder(directory)
                .transactionTimeout(Duration.ofMillis(200))
                .build());
    var appended =
        Await.value(
            storage
                .events()
                .append(
                    new JobId("job"),
                    ExpectedVersion.none(),
                    List.of(Event.of("hang", Json.EMPTY), Event.of("go", Json.EMPTY))));
    EventHandler handler =
        EventHandler.transactional(
            (tx, event) -> event.type().equals("hang") ? Mono.never() : Mono.empty());
    DurableSubscription slow = storage.subscription("slow");
    Disposable member =
        slow.consume(EventFilter.all(), ConsumeOptions.defaults(), handler).subscribe();

    Await.done(slow.awaitProcessed(appended.last().position()));

    member.dispose();
    assertThat(Await.all(storage.deadLetters().list(DeadLetterFilter.all())))
        .singleElement()
        .satisfies(
            letter -> {
              assertThat(RecordedEvent.KIND.decode(letter.data()).type()).isEqualTo("hang");
              assertThat(letter.lastFailure().errorType())
                  .isEqualTo(UnavailableException.class.getName());
            });
    FreshDirectory.close(storage);
  }
}
