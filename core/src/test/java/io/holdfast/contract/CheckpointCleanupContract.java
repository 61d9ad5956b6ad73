package io.holdfast.contract;

import static io.holdfast.contract.Samples.WORKFLOW;
import static io.holdfast.contract.Samples.content;
import static io.holdfast.contract.Samples.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.InvalidInputException;
import io.holdfast.Json;
import io.holdfast.TimeSpan;
import io.holdfast.WorkflowId;
import io.holdfast.checkpoint.Checkpoint;
import io.holdfast.checkpoint.CheckpointCleanup;
import io.holdfast.checkpoint.CheckpointContent;
import io.holdfast.checkpoint.CheckpointFilter;
import io.holdfast.checkpoint.CheckpointInfo;
import io.holdfast.checkpoint.CheckpointRetention;
import io.holdfast.checkpoint.CheckpointStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** Paging through checkpoints by version and by age, and taking old ones of all workflows away. */
public interface CheckpointCleanupContract extends StorageContract {

  Instant BEGIN = Instant.parse("2026-02-01T00:00:00Z");

  private CheckpointStore checkpoints() {
    return storage().checkpoints();
  }

  private static WorkflowId workflow(int n) {
    return new WorkflowId("w-" + n);
  }

  /** Versions of each workflow, all saved in turns, an hour apart. */
  private void loadInTurns(int workflows, int versions) {
    List<Checkpoint> records = new ArrayList<>();
    for (int n = 0; n < workflows; n++) {
      for (int version = 1; version <= versions; version++) {
        Instant saved = BEGIN.plus(Duration.ofHours((long) version * workflows + n));
        records.add(new Checkpoint(workflow(n), version, saved, content(version)));
      }
    }
    records.sort(Checkpoint.KIND.order());
    Await.value(storage().transfer(Checkpoint.KIND).load(records));
  }

  private List<Long> versions(CheckpointFilter filter) {
    return Await.all(checkpoints().list(filter).map(CheckpointInfo::version));
  }

  /** All there are, as {@code workflow@version}, by workflow. */
  private List<String> all() {
    return Await.all(
        storage()
            .transfer(Checkpoint.KIND)
            .export()
            .map(found -> found.workflow() + "@" + found.version()));
  }

  private static List<String> names(List<CheckpointInfo> infos) {
    return infos.stream().map(info -> info.workflow() + "@" + info.version()).toList();
  }

  @Test
  default void lists_versions_within_a_time_and_below_a_version() {
    loadInTurns(2, 10);
    CheckpointFilter any = CheckpointFilter.of(workflow(0));
    Instant third = BEGIN.plus(Duration.ofHours(6));
    Instant sixth = BEGIN.plus(Duration.ofHours(12));

    assertThat(versions(any)).containsExactly(10L, 9L, 8L, 7L, 6L, 5L, 4L, 3L, 2L, 1L);
    assertThat(versions(any.below(4))).containsExactly(3L, 2L, 1L);
    assertThat(versions(any.below(1))).isEmpty();
    assertThat(versions(any.below(9).limit(2))).containsExactly(8L, 7L);
    assertThat(versions(any.savedWithin(TimeSpan.before(third)))).containsExactly(2L, 1L);
    assertThat(versions(any.savedWithin(new TimeSpan(third, sixth)))).containsExactly(5L, 4L, 3L);
    assertThat(versions(any.savedWithin(new TimeSpan(third, sixth)).below(5).limit(1)))
        .containsExactly(4L);
    assertThat(versions(CheckpointFilter.of(new WorkflowId("unknown")))).isEmpty();
  }

  @Test
  default void lists_the_last_saved_of_all_page_by_page() {
    loadInTurns(3, 5);
    List<CheckpointInfo> newest = new ArrayList<>();
    for (int n = 0; n < 3; n++) {
      newest.addAll(Await.all(checkpoints().list(workflow(n), 100)));
    }
    newest.sort(Comparator.comparing(CheckpointInfo::createdAt).reversed());

    assertThat(names(newest).subList(0, 4)).containsExactly("w-2@5", "w-1@5", "w-0@5", "w-2@4");
    assertThat(Await.all(checkpoints().listNewest(null, 100))).isEqualTo(newest);
    List<CheckpointInfo> paged = new ArrayList<>(Await.all(checkpoints().listNewest(null, 4)));
    List<CheckpointInfo> page = paged;
    while (!page.isEmpty()) {
      page = Await.all(checkpoints().listNewest(paged.get(paged.size() - 1), 4));
      paged.addAll(page);
    }
    assertThat(paged).isEqualTo(newest);
    reopen();
    assertThat(Await.all(checkpoints().listNewest(null, 100))).isEqualTo(newest);
  }

  @Test
  default void of_those_saved_at_the_same_time_each_is_listed_once() {
    List<Checkpoint> records = new ArrayList<>();
    for (String id : List.of("a", "b", "\uFF5E", "\uD83D\uDE00")) {
      records.add(new Checkpoint(new WorkflowId(id), 1, BEGIN, content(1)));
      records.add(new Checkpoint(new WorkflowId(id), 2, BEGIN, content(2)));
    }
    Await.value(storage().transfer(Checkpoint.KIND).load(records));

    List<String> listed = new ArrayList<>();
    List<CheckpointInfo> page = Await.all(checkpoints().listNewest(null, 3));
    while (!page.isEmpty()) {
      listed.addAll(names(page));
      page = Await.all(checkpoints().listNewest(page.get(page.size() - 1), 3));
    }
    assertThat(listed)
        .containsExactly(
            "\uD83D\uDE00@2", "\uD83D\uDE00@1", "\uFF5E@2", "\uFF5E@1", "b@2", "b@1", "a@2", "a@1");
  }

  @Test
  default void deletes_several_versions_and_says_how_many_were_there() {
    loadInTurns(2, 6);

    assertThat(Await.value(checkpoints().delete(workflow(0), Set.of(2L, 5L, 77L)))).isEqualTo(2);
    assertThat(Await.value(checkpoints().delete(workflow(0), Set.of(2L, 5L, 77L)))).isZero();
    assertThat(Await.value(checkpoints().delete(workflow(0), Set.of()))).isZero();
    assertThat(Await.value(checkpoints().delete(new WorkflowId("unknown"), Set.of(1L)))).isZero();

    assertThat(versions(CheckpointFilter.of(workflow(0)))).containsExactly(6L, 4L, 3L, 1L);
    assertThat(versions(CheckpointFilter.of(workflow(1)))).hasSize(6);
    assertThat(Await.value(checkpoints().delete(workflow(0), Set.of(6L, 4L, 3L, 1L)))).isEqualTo(4);
    assertThat(Await.value(checkpoints().append(workflow(0), 6, content(7))).version())
        .as("versions go on")
        .isEqualTo(7);
  }

  @Test
  default void what_is_left_of_large_states_reads_back() {
    SlowState state = new SlowState(40, 500, 11);
    List<Checkpoint> saved = new ArrayList<>();
    for (int version = 0; version < 12; version++) {
      state.change(2);
      saved.add(Await.value(checkpoints().append(WORKFLOW, version, state.content())));
    }
    assertThat(Await.value(checkpoints().delete(WORKFLOW, Set.of(1L, 2L, 5L, 11L)))).isEqualTo(4);
    assertThat(Await.value(CheckpointCleanup.keepNewest(checkpoints(), 3))).isEqualTo(5);

    assertThat(versions(CheckpointFilter.of(WORKFLOW))).containsExactly(12L, 10L, 9L);
    for (long version : List.of(12L, 10L, 9L)) {
      assertThat(Await.maybe(checkpoints().find(WORKFLOW, version)))
          .contains(saved.get((int) version - 1));
    }
  }

  @Test
  default void one_retention_holds_for_each_of_all_workflows() {
    loadInTurns(5, 4);
    CheckpointRetention retention =
        CheckpointRetention.last(2)
            .savedBefore(BEGIN.plus(Duration.ofHours(12)))
            .keeping(Json.of("{\"step\":\"2\"}"));

    List<String> wouldGo =
        names(Await.all(CheckpointCleanup.listPrunable(checkpoints(), retention)));
    assertThat(wouldGo).containsExactly("w-0@1", "w-1@1", "w-2@1", "w-3@1", "w-4@1");
    List<String> before = all();
    assertThat(Await.value(CheckpointCleanup.prune(checkpoints(), retention))).isEqualTo(5);

    assertThat(all()).doesNotContainAnyElementsOf(wouldGo).hasSize(15);
    assertThat(before).containsAll(all());
    assertThat(Await.value(CheckpointCleanup.prune(checkpoints(), retention))).isZero();
    assertThat(Await.all(CheckpointCleanup.listPrunable(checkpoints(), retention))).isEmpty();
  }

  /** A clock that went back, or a long transaction: the newer version was saved earlier. */
  @Test
  default void no_version_goes_of_which_an_older_one_stays() {
    Checkpoint first = new Checkpoint(workflow(1), 1, BEGIN.plusSeconds(3), content(1));
    Checkpoint second = new Checkpoint(workflow(1), 2, BEGIN, content(2));
    Checkpoint other = new Checkpoint(workflow(2), 1, BEGIN.plusSeconds(1), content(3));
    Await.value(storage().transfer(Checkpoint.KIND).load(List.of(first, second, other)));

    assertThat(Await.value(CheckpointCleanup.keepNewest(checkpoints(), 1))).isEqualTo(1);

    assertThat(all()).containsExactly("w-1@1", "w-1@2");
    assertThat(Await.value(checkpoints().findLatest(workflow(1))).version()).isEqualTo(2);
  }

  @Test
  default void the_newest_of_all_stay_and_the_newest_of_one_may_go() {
    loadInTurns(3, 4);
    Await.value(checkpoints().append(new WorkflowId("young"), 0, content(1)));

    List<String> wouldGo = names(Await.all(CheckpointCleanup.listBeyondNewest(checkpoints(), 3)));
    assertThat(wouldGo).hasSize(10).startsWith("w-0@4", "w-2@3", "w-1@3").endsWith("w-0@1");
    assertThat(all()).as("nothing is gone yet").hasSize(13);

    assertThat(Await.value(CheckpointCleanup.keepNewest(checkpoints(), 3))).isEqualTo(10);
    assertThat(all()).containsExactly("w-1@4", "w-2@4", "young@1");
    assertThat(Await.value(CheckpointCleanup.keepNewest(checkpoints(), 3))).isZero();
    assertThat(Await.value(CheckpointCleanup.keepNewest(checkpoints(), 100))).isZero();
    assertThat(Await.value(checkpoints().append(workflow(0), 4, content(5))).version())
        .as("a workflow that has lost all goes on")
        .isEqualTo(5);
  }

  @Test
  default void more_than_a_page_of_workflows_and_of_versions_is_cleaned_up() {
    List<Checkpoint> records = new ArrayList<>();
    for (int n = 0; n < 600; n++) {
      WorkflowId id = new WorkflowId("w-%03d".formatted(n));
      records.add(new Checkpoint(id, 1, BEGIN.plusSeconds(n), CheckpointContent.of(json(1))));
      records.add(new Checkpoint(id, 2, BEGIN.plusSeconds(n), CheckpointContent.of(json(2))));
    }
    Await.value(storage().transfer(Checkpoint.KIND).load(records));

    assertThat(Await.value(CheckpointCleanup.prune(checkpoints(), CheckpointRetention.last(1))))
        .isEqualTo(600);
    assertThat(Await.value(CheckpointCleanup.keepNewest(checkpoints(), 20))).isEqualTo(580);
    assertThat(all())
        .isEqualTo(LongStream.range(580, 600).mapToObj("w-%03d@2"::formatted).toList());
  }

  @Test
  default void saves_go_on_while_old_ones_are_taken_away() {
    loadInTurns(10, 20);
    Flux<Checkpoint> saves =
        Flux.range(20, 30)
            .concatMap(
                version ->
                    Flux.range(0, 10)
                        .flatMap(
                            n -> checkpoints().append(workflow(n), version, content(version)), 10));

    Long gone =
        Await.value(
            CheckpointCleanup.keepNewest(checkpoints(), 50)
                .zipWith(saves.count(), (deleted, saved) -> deleted));

    assertThat(gone).isBetween(150L, 450L);
    assertThat(all()).hasSize((int) (200 + 300 - gone));
    for (int n = 0; n < 10; n++) {
      assertThat(Await.value(checkpoints().findLatest(workflow(n))).version()).isEqualTo(50);
    }
  }

  @Test
  default void what_cannot_be_kept_is_refused() {
    loadInTurns(1, 2);
    for (int keep : List.of(0, -1, Integer.MIN_VALUE)) {
      Await.failure(
          InvalidInputException.class,
          Flux.defer(() -> CheckpointCleanup.keepNewest(checkpoints(), keep)));
      Await.failure(
          InvalidInputException.class,
          Flux.defer(() -> CheckpointCleanup.listBeyondNewest(checkpoints(), keep)));
    }
    assertThat(all()).hasSize(2);
  }
}
