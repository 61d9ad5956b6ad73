package io.holdfast.contract;

import static io.holdfast.contract.Samples.WORKFLOW;
import static io.holdfast.contract.Samples.content;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.ConflictException;
import io.holdfast.InvalidInputException;
import io.holdfast.Json;
import io.holdfast.WorkflowId;
import io.holdfast.checkpoint.Checkpoint;
import io.holdfast.checkpoint.CheckpointContent;
import io.holdfast.checkpoint.CheckpointRetention;
import io.holdfast.checkpoint.CheckpointStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Large states, which are stored as what has changed. */
public interface CheckpointContentContract extends StorageContract {

  private CheckpointStore checkpoints() {
    return storage().checkpoints();
  }

  private Checkpoint save(long version, Json state) {
    return Await.value(checkpoints().append(WORKFLOW, version - 1, CheckpointContent.of(state)));
  }

  private void requireKept(List<Checkpoint> saved) {
    for (Checkpoint checkpoint : saved) {
      assertThat(Await.maybe(checkpoints().find(WORKFLOW, checkpoint.version())))
          .as("version %d", checkpoint.version())
          .contains(checkpoint);
    }
  }

  @Test
  default void every_version_of_a_slowly_changing_state_can_be_read_back() {
    SlowState state = new SlowState(100, 500, 1);
    List<Checkpoint> saved = new ArrayList<>();
    for (int version = 1; version <= 100; version++) {
      state.change(2);
      saved.add(save(version, state.json()));
    }

    requireKept(saved);
    reopen();
    requireKept(saved);
    assertThat(Await.maybe(checkpoints().findLatest(WORKFLOW))).contains(saved.get(99));
  }

  @Test
  default void states_of_every_shape_follow_each_other() {
    String text = "\u00e9\u20ac\ud83d\ude00\\\"{[,]}: ".repeat(3_000);
    List<Object> numbers = new ArrayList<>(IntStream.range(0, 20_000).boxed().toList());
    List<Checkpoint> saved = new ArrayList<>();
    saved.add(save(1, Json.from(text)));
    saved.add(save(2, Json.from(text + text)));
    saved.add(save(3, Json.from(numbers)));
    numbers.add(0, "first");
    saved.add(save(4, Json.from(numbers)));
    saved.add(save(5, Json.from(Map.of("deep", Map.of("deeper", numbers, "text", text)))));
    saved.add(save(6, Json.of("{}")));
    saved.add(save(7, Json.from(numbers)));
    saved.add(save(8, Json.of("[" + "[],".repeat(20_000) + "[]]")));
    Collections.reverse(numbers);
    saved.add(save(9, Json.from(Map.of("numbers", numbers))));
    saved.add(
        save(
            10,
            Json.of(
                "[1e50, 1.50, 0.1e-7, "
                    + "1e900,".repeat(100)
                    + "\""
                    + text.replace("\\", "").replace("\"", "")
                    + "\"]")));

    requireKept(saved);
  }

  @Test
  default void a_state_that_was_there_before_may_come_back() {
    SlowState state = new SlowState(50, 500, 2);
    Json before = state.json();
    state.change(20);
    Json after = state.json();
    List<Checkpoint> saved =
        List.of(save(1, before), save(2, after), save(3, before), save(4, before), save(5, after));

    requireKept(saved);
    Await.done(checkpoints().delete(WORKFLOW, 1));
    Await.done(checkpoints().delete(WORKFLOW, 2));
    requireKept(saved.subList(2, 5));
    Await.value(checkpoints().prune(WORKFLOW, CheckpointRetention.last(1)));
    requireKept(saved.subList(4, 5));
  }

  @Test
  default void a_state_may_be_small_then_large_and_small_again() {
    SlowState state = new SlowState(50, 500, 3);
    List<Checkpoint> saved =
        List.of(
            Await.value(checkpoints().append(WORKFLOW, 0, content(1))),
            save(2, state.json()),
            Await.value(checkpoints().append(WORKFLOW, 2, content(3))),
            save(4, state.json()));

    requireKept(saved);
    Await.value(checkpoints().prune(WORKFLOW, CheckpointRetention.last(1)));
    requireKept(saved.subList(3, 4));
  }

  @Test
  default void large_saves_in_a_transaction_are_kept_together_or_not_at_all() {
    SlowState state = new SlowState(50, 500, 4);
    Checkpoint first = save(1, state.json());
    state.change(5);
    CheckpointContent second = state.content();
    state.change(5);
    CheckpointContent third = state.content();

    Await.failure(
        IllegalStateException.class,
        storage()
            .inTransaction(
                tx ->
                    tx.checkpoints()
                        .append(WORKFLOW, 1, second)
                        .then(Mono.error(new IllegalStateException("changed my mind")))));
    assertThat(Await.maybe(checkpoints().findLatest(WORKFLOW))).contains(first);
    Checkpoint last =
        Await.value(
            storage()
                .inTransaction(
                    tx ->
                        tx.checkpoints()
                            .append(WORKFLOW, 1, second)
                            .then(tx.checkpoints().append(WORKFLOW, 2, third))
                            .flatMap(
                                saved ->
                                    tx.checkpoints()
                                        .prune(WORKFLOW, CheckpointRetention.last(1))
                                        .thenReturn(saved))));

    assertThat(Await.maybe(checkpoints().findLatest(WORKFLOW))).contains(last);
    assertThat(Await.all(checkpoints().list(WORKFLOW, 10))).hasSize(1);
  }

  @Test
  default void one_of_many_savers_of_large_states_wins() {
    SlowState state = new SlowState(50, 500, 5);
    save(1, state.json());
    List<CheckpointContent> contents = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      state.change(3);
      contents.add(state.content());
    }

    List<Race.Finish<Checkpoint>> race =
        Race.run(16, i -> checkpoints().append(WORKFLOW, 1, contents.get(i)));

    assertThat(race).filteredOn(Race.Finish::won).hasSize(1);
    assertThat(race)
        .filteredOn(Race.Finish::lost)
        .hasSize(15)
        .allSatisfy(loser -> assertThat(loser.failure()).isInstanceOf(ConflictException.class));
    Checkpoint winner = race.stream().filter(Race.Finish::won).findFirst().orElseThrow().value();
    assertThat(Await.maybe(checkpoints().findLatest(WORKFLOW))).contains(winner);
    Mono<Checkpoint> again = checkpoints().append(WORKFLOW, 2, contents.get(0));
    assertThat(Race.allWin(8, i -> again)).as("one save, subscribed to often").hasSize(8);
    assertThat(Await.value(checkpoints().findLatest(WORKFLOW)).version()).isEqualTo(3);
  }

  @Test
  default void pruning_beside_saves_takes_nothing_that_is_needed() {
    SlowState state = new SlowState(60, 500, 6);
    Flux<Checkpoint> saving =
        Flux.range(0, 80)
            .concatMap(
                version -> {
                  state.change(4);
                  return checkpoints().append(WORKFLOW, version, state.content());
                });
    Flux<Long> pruning =
        Flux.range(0, 200)
            .concatMap(
                n ->
                    n % 3 == 0
                        ? checkpoints().delete(WORKFLOW, n / 3).thenReturn(1L)
                        : checkpoints().prune(WORKFLOW, CheckpointRetention.last(2)));
    Flux<Checkpoint> reading =
        Flux.range(0, 200).concatMap(n -> checkpoints().findLatest(WORKFLOW));

    List<Object> all =
        Await.all(
            Flux.<Object>merge(saving, pruning, reading).filter(Checkpoint.class::isInstance));

    assertThat(all).hasSizeGreaterThanOrEqualTo(80);
    assertThat(Await.value(checkpoints().findLatest(WORKFLOW)).content())
        .isEqualTo(state.content());
    assertThat(Await.all(checkpoints().list(WORKFLOW, 10)))
        .allSatisfy(
            info ->
                assertThat(Await.maybe(checkpoints().find(WORKFLOW, info.version()))).isPresent());
  }

  @Test
  default void workflows_with_equal_states_do_not_depend_on_each_other() {
    SlowState state = new SlowState(50, 500, 8);
    WorkflowId other = new WorkflowId("workflow-2");
    Checkpoint mine = save(1, state.json());
    Await.value(checkpoints().append(other, 0, state.content()));
    Await.done(checkpoints().delete(other, 1));

    requireKept(List.of(mine));
  }

  @Test
  default void a_loaded_history_is_what_it_was_and_goes_on() {
    SlowState state = new SlowState(50, 500, 9);
    List<Checkpoint> saved = new ArrayList<>();
    for (int version = 1; version <= 6; version++) {
      state.change(3);
      saved.add(save(version, state.json()));
    }
    Await.done(checkpoints().delete(WORKFLOW, 2));
    assertThat(Await.all(storage().transfer(Checkpoint.KIND).export()))
        .containsExactly(saved.get(0), saved.get(2), saved.get(3), saved.get(4), saved.get(5));

    assertThat(Await.value(storage().transfer(Checkpoint.KIND).load(saved)))
        .as("what was deleted comes back, although others need what it brought")
        .isEqualTo(1);
    requireKept(saved);
    Await.done(checkpoints().delete(WORKFLOW, 1));
    requireKept(saved.subList(1, 6));
    assertThat(save(7, state.json()).version()).isEqualTo(7);
  }

  @Test
  default void a_state_whose_canonical_form_is_too_large_is_refused_and_its_parts_are_named() {
    Json state =
        Json.of("{\"small\":1,\"large\":[" + "1e900,".repeat(120_000) + "1],\"last\":\"x\"}");

    InvalidInputException refused =
        Await.failure(
            InvalidInputException.class,
            Flux.defer(() -> checkpoints().append(WORKFLOW, 0, CheckpointContent.of(state))));

    assertThat(refused)
        .hasMessageContaining(String.valueOf(Json.CANONICAL_BYTES_MAX))
        .hasMessageContaining("the largest parts are /large (720");
    assertThat(Await.value(checkpoints().append(WORKFLOW, 0, content(1))).version()).isEqualTo(1);
  }
}
