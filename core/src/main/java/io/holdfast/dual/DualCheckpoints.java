package io.holdfast.dual;

import io.holdfast.RecordKey;
import io.holdfast.WorkflowId;
import io.holdfast.checkpoint.Checkpoint;
import io.holdfast.checkpoint.CheckpointContent;
import io.holdfast.checkpoint.CheckpointFilter;
import io.holdfast.checkpoint.CheckpointInfo;
import io.holdfast.checkpoint.CheckpointRetention;
import io.holdfast.checkpoint.CheckpointStore;
import io.holdfast.checkpoint.IntactCheckpoint;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Saved progress on two sides. */
final class DualCheckpoints implements CheckpointStore {

  private static final Area ALL = Area.all(Checkpoint.KIND);

  private final Access access;

  DualCheckpoints(Access access) {
    this.access = access;
  }

  private static Area one(WorkflowId workflow, long version) {
    return Area.one(Checkpoint.KIND, RecordKey.of(workflow.value(), version));
  }

  private static Area of(WorkflowId workflow) {
    return Area.group(Checkpoint.KIND, workflow.value());
  }

  @Override
  public Mono<Checkpoint> append(
      WorkflowId workflow, long expectedVersion, CheckpointContent content) {
    return access.write(
        List.of(one(workflow, expectedVersion + 1)),
        stores -> stores.checkpoints().append(workflow, expectedVersion, content));
  }

  @Override
  public Mono<Checkpoint> findLatest(WorkflowId workflow) {
    return access.read(of(workflow), stores -> stores.checkpoints().findLatest(workflow));
  }

  /** What is damaged is so on one side. */
  @Override
  public Mono<IntactCheckpoint> findLatestIntact(WorkflowId workflow) {
    return access.ask(stores -> stores.checkpoints().findLatestIntact(workflow));
  }

  @Override
  public Mono<Checkpoint> find(WorkflowId workflow, long version) {
    return access.read(
        one(workflow, version), stores -> stores.checkpoints().find(workflow, version));
  }

  @Override
  public Flux<CheckpointInfo> list(CheckpointFilter filter) {
    return access.readMany(of(filter.workflow()), stores -> stores.checkpoints().list(filter));
  }

  @Override
  public Flux<CheckpointInfo> listLatest(@Nullable WorkflowId after, int limit) {
    return access.readMany(ALL, stores -> stores.checkpoints().listLatest(after, limit));
  }

  @Override
  public Flux<CheckpointInfo> listNewest(@Nullable CheckpointInfo after, int limit) {
    return access.readMany(ALL, stores -> stores.checkpoints().listNewest(after, limit));
  }

  @Override
  public Mono<Void> delete(WorkflowId workflow, long version) {
    return access.write(
        List.of(one(workflow, version)), stores -> stores.checkpoints().delete(workflow, version));
  }

  @Override
  public Mono<Long> delete(WorkflowId workflow, Set<Long> versions) {
    return access.write(
        Area.each(versions, of(workflow), version -> one(workflow, version)),
        stores -> stores.checkpoints().delete(workflow, versions));
  }

  @Override
  public Flux<CheckpointInfo> listPrunable(
      WorkflowId workflow, CheckpointRetention retention, int limit) {
    return access.askMany(stores -> stores.checkpoints().listPrunable(workflow, retention, limit));
  }

  @Override
  public Mono<Long> prune(WorkflowId workflow, CheckpointRetention retention) {
    return access.write(
        List.of(of(workflow)), stores -> stores.checkpoints().prune(workflow, retention));
  }
}
