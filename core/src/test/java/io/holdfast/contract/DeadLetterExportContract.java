package io.holdfast.contract;

import static io.holdfast.contract.Samples.LONG;
import static io.holdfast.contract.Samples.failure;
import static io.holdfast.contract.Samples.json;
import static io.holdfast.contract.Samples.letterKey;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.StorageException;
import io.holdfast.deadletter.ClaimRequest;
import io.holdfast.deadletter.DeadLetter;
import io.holdfast.deadletter.DeadLetterExport;
import io.holdfast.deadletter.DeadLetterFilter;
import io.holdfast.deadletter.DeadLetterQueue;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** Dead letters as lines, out and in. */
public interface DeadLetterExportContract extends StorageContract {

  private DeadLetterQueue letters() {
    return storage().deadLetters();
  }

  /** More than a page; one is claimed. */
  private List<DeadLetter> added() {
    Await.done(
        Flux.range(0, 450)
            .flatMap(
                i -> letters().add(letterKey("job-" + i % 2, "i" + i), json(i), failure(1)), 16));
    assertThat(Await.all(letters().claim(ClaimRequest.of("a", LONG, 1)))).hasSize(1);
    return Await.all(letters().list(DeadLetterFilter.all().limit(1_000)));
  }

  private List<Json> exported(DeadLetterFilter filter) {
    return Await.all(DeadLetterExport.of(letters(), filter));
  }

  private long load(List<Json> lines) {
    return Await.value(DeadLetterExport.load(storage(), Flux.fromIterable(lines)));
  }

  @Test
  default void all_of_them_are_the_same_when_they_come_back() {
    List<DeadLetter> before = added();
    List<Json> lines = exported(DeadLetterFilter.all());
    assertThat(lines).hasSize(450);
    assertThat(load(lines)).as("over themselves").isZero();
    assertThat(Await.value(letters().purge(DeadLetterFilter.all().limit(1_000)))).isEqualTo(450);

    assertThat(load(lines)).isEqualTo(450);

    assertThat(Await.all(letters().list(DeadLetterFilter.all().limit(1_000)))).isEqualTo(before);
    assertThat(Await.all(letters().claim(ClaimRequest.of("b", LONG, 1_000))))
        .as("all but the one that is claimed")
        .hasSize(449);
  }

  @Test
  default void what_matches_can_leave_alone() {
    added();
    DeadLetterFilter some = DeadLetterFilter.all().ofJob(new JobId("job-1")).where("$.n < 100");

    assertThat(exported(some))
        .extracting(line -> DeadLetter.KIND.decode(line).key().job().value())
        .hasSize(50)
        .containsOnly("job-1");
  }

  @Test
  default void what_is_no_dead_letter_is_refused() {
    added();
    Json line = exported(DeadLetterFilter.all()).get(0);
    List<String> wrong =
        List.of("[]", "{}", "{", line.toString().replace("\"token\"", "\"taken\""), "\"text\"");
    Await.value(letters().purge(DeadLetterFilter.all().limit(1_000)));

    for (String text : wrong) {
      Flux<Json> lines = Flux.just(Json.ofStored(text.getBytes(StandardCharsets.UTF_8)));
      Await.failure(StorageException.class, DeadLetterExport.load(storage(), lines));
    }
    assertThat(Await.all(letters().list(DeadLetterFilter.all()))).isEmpty();
    assertThat(load(List.of(line))).isEqualTo(1);
  }
}
