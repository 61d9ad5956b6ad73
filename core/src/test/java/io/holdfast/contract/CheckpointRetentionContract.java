package io.holdfast.contract;

import static io.holdfast.contract.Samples.WORKFLOW;
import static io.holdfast.contract.Samples.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.Json;
import io.holdfast.WorkflowId;
import io.holdfast.checkpoint.Checkpoint;
import io.holdfast.checkpoint.CheckpointContent;
import io.holdfast.checkpoint.CheckpointInfo;
import io.holdfast.checkpoint.CheckpointRetention;
import io.holdfast.checkpoint.CheckpointStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which checkpoints go, and which workflows have some. */
public interface CheckpointRetentionContract extends StorageContract {

  Instant FIRST = Instant.parse("2026-01-01T00:00:00Z");
  Json FINAL = Json.of("{\"final\":true}");

  private CheckpointStore checkpoints() {
    return storage().checkpoints();
  }

  /** A version a day; every third one is final. */
  private void loadDays(int count) {
    List<Checkpoint> records = new ArrayList<>();
    for (int day = 1; day <= count; day++) {
      Json metadata =
          Json.of("{\"final\":" + (day % 3 == 0) + ",\"status\":\"running\",\"day\":" + day + "}");
      records.add(
          new Checkpoint(
              WORKFLOW,
              day,
              FIRST.plusSeconds(86_400L * day),
              new CheckpointContent(json(day), metadata)));
    }
    Await.value(storage().transfer(Checkpoint.KIND).load(records));
  }

  private List<Long> prunable(CheckpointRetention retention) {
    return Await.all(
        checkpoints().listPrunable(WORKFLOW, retention, 100).map(CheckpointInfo::version));
  }

  private List<Long> versions() {
    return Await.all(checkpoints().list(WORKFLOW, 100).map(CheckpointInfo::version));
  }

  /** What would go has to be what goes. */
  private void requirePruned(CheckpointRetention retention, Long... gone) {
    List<Long> before = versions();
    assertThat(prunable(retention)).containsExactly(gone);
    assertThat(versions()).as("nothing is gone yet").isEqualTo(before);

    assertThat(Await.value(checkpoints().prune(WORKFLOW, retention))).isEqualTo(gone.length);
    before.removeAll(List.of(gone));
    assertThat(versions()).isEqualTo(before);
    assertThat(prunable(retention)).as("done").isEmpty();
  }

  @Test
  default void the_newest_stay() {
    loadDays(6);

    requirePruned(CheckpointRetention.last(4), 2L, 1L);
  }

  @Test
  default void the_young_stay_and_the_newest_however_old() {
    loadDays(6);

    requirePruned(
        CheckpointRetention.last(1).savedBefore(FIRST.plusSeconds(86_400L * 4)), 3L, 2L, 1L);
    requirePruned(CheckpointRetention.last(2).savedBefore(FIRST.plusSeconds(86_400L * 400)), 4L);
  }

  @Test
  default void what_its_metadata_keeps_stays() {
    loadDays(7);

    requirePruned(CheckpointRetention.last(1).keeping(FINAL), 5L, 4L, 2L, 1L);
    requirePruned(CheckpointRetention.last(1).keeping(Json.of("{\"status\":\"running\"}")));
    requirePruned(CheckpointRetention.last(1).keeping(Json.of("{\"status\":\"failed\"}")), 6L, 3L);
  }

  @Test
  default void all_rules_hold_together() {
    loadDays(8);

    requirePruned(
        CheckpointRetention.last(2).savedBefore(FIRST.plusSeconds(86_400L * 6)).keeping(FINAL),
        5L,
        4L,
        2L,
        1L);
  }

  /** What has failed is kept for longer: two rules, one after the other. */
  @Test
  default void the_completed_stay_for_a_week_and_the_failed_for_a_month() {
    Instant now = FIRST.plus(Duration.ofDays(60));
    List<Checkpoint> records = new ArrayList<>();
    List<Integer> ages = List.of(50, 40, 31, 29, 20, 10, 8, 6, 2, 1);
    for (int i = 0; i < ages.size(); i++) {
      String status = i % 2 == 0 ? "completed" : "failed";
      records.add(
          new Checkpoint(
              WORKFLOW,
              i + 1L,
              now.minus(Duration.ofDays(ages.get(i))),
              new CheckpointContent(json(i), Json.of("{\"status\":\"" + status + "\"}"))));
    }
    Await.value(storage().transfer(Checkpoint.KIND).load(records));
    CheckpointRetention failed =
        CheckpointRetention.last(1).savedBefore(now.minus(Duration.ofDays(30)));
    CheckpointRetention completed =
        CheckpointRetention.last(1)
            .savedBefore(now.minus(Duration.ofDays(7)))
            .keeping(Json.of("{\"status\":\"failed\"}"));

    requirePruned(completed, 7L, 5L, 3L, 1L);
    requirePruned(failed, 2L);
    assertThat(versions()).containsExactly(10L, 9L, 8L, 6L, 4L);
  }

  @Test
  default void lists_no_more_of_what_would_go_than_is_asked_for() {
    loadDays(6);

    assertThat(
            Await.all(checkpoints().listPrunable(WORKFLOW, CheckpointRetention.last(1), 2)).stream()
                .map(CheckpointInfo::version))
        .containsExactly(5L, 4L);
    assertThat(
            Await.all(
                checkpoints()
                    .listPrunable(new WorkflowId("unknown"), CheckpointRetention.last(1), 2)))
        .isEmpty();
  }

  @Test
  default void the_latest_of_each_workflow_is_listed_by_id() {
    loadDays(3);
    for (String id : List.of("b", "\u00e4", "a/b", "a")) {
      Await.value(checkpoints().append(new WorkflowId(id), 0, CheckpointContent.of(json(1))));
    }
    Await.value(checkpoints().append(new WorkflowId("gone"), 0, CheckpointContent.of(json(1))));
    Await.done(checkpoints().delete(new WorkflowId("gone"), 1));

    List<CheckpointInfo> all = Await.all(checkpoints().listLatest(null, 10));
    assertThat(all)
        .extracting(info -> info.workflow().value())
        .containsExactly("a", "a/b", "b", WORKFLOW.value(), "\u00e4");
    assertThat(all.get(3)).isEqualTo(Await.all(checkpoints().list(WORKFLOW, 1)).get(0));
    assertThat(Await.all(checkpoints().listLatest(new WorkflowId("a"), 2)))
        .isEqualTo(all.subList(1, 3));
    assertThat(Await.all(checkpoints().listLatest(new WorkflowId("\u00e4"), 2))).isEmpty();
  }
}
