package io.holdfast.dual;

import io.holdfast.RecordKey;
import io.holdfast.StoreSet;
import io.holdfast.WorkflowId;
import io.holdfast.checkpoint.Checkpoint;
import io.holdfast.checkpoint.CheckpointFilter;
import io.holdfast.checkpoint.CheckpointInfo;
import io.holdfast.subscription.SubscriptionName;
import io.holdfast.workflow.ExecutionFilter;
import io.holdfast.workflow.WorkflowExecution;
import java.util.List;
import reactor.core.publisher.Flux;

/** The keys of the records of a group, without what is large in them. */
final class GroupKeys {

  private static final int PAGE = 1_000;

  private GroupKeys() {}

  static Flux<RecordKey> in(StoreSet stores, Area group) {
    String first = group.key().first();
    if (group.kind().equals(Checkpoint.KIND)) {
      return checkpoints(stores, CheckpointFilter.of(new WorkflowId(first)).limit(PAGE))
          .map(info -> RecordKey.of(first, info.version()));
    }
    if (group.kind().equals(WorkflowExecution.KIND)) {
      return executions(stores, ExecutionFilter.of(new WorkflowId(first)).limit(PAGE))
          .map(WorkflowExecution.KIND::identity);
    }
    return stores
        .subscriptions()
        .held(new SubscriptionName(first))
        .map(held -> new RecordKey(first, held.job().value()));
  }

  private static Flux<CheckpointInfo> checkpoints(StoreSet stores, CheckpointFilter filter) {
    return stores
        .checkpoints()
        .list(filter)
        .collectList()
        .flatMapMany(
            page ->
                page.size() < PAGE
                    ? Flux.fromIterable(page)
                    : Flux.fromIterable(page)
                        .concatWith(checkpoints(stores, filter.below(last(page).version()))));
  }

  private static Flux<WorkflowExecution> executions(StoreSet stores, ExecutionFilter filter) {
    return stores
        .workflows()
        .history(filter)
        .collectList()
        .flatMapMany(
            page ->
                page.size() < PAGE
                    ? Flux.fromIterable(page)
                    : Flux.fromIterable(page)
                        .concatWith(executions(stores, filter.after(last(page)))));
  }

  private static <T> T last(List<T> page) {
    return page.get(page.size() - 1);
  }
}
