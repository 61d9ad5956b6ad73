package io.holdfast.contract;

import io.holdfast.ConflictException;
import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.Position;
import io.holdfast.RecordKind;
import io.holdfast.SessionId;
import io.holdfast.StorageException;
import io.holdfast.UnifiedStorage;
import io.holdfast.WorkflowId;
import io.holdfast.checkpoint.CheckpointContent;
import io.holdfast.checkpoint.CheckpointRetention;
import io.holdfast.deadletter.ClaimRequest;
import io.holdfast.deadletter.DeadLetterFilter;
import io.holdfast.deadletter.DeadLetterKey;
import io.holdfast.deadletter.Failure;
import io.holdfast.deadletter.ItemId;
import io.holdfast.deadletter.Settlement;
import io.holdfast.event.Event;
import io.holdfast.event.EventFilter;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.lock.LockName;
import io.holdfast.lock.LockRequest;
import io.holdfast.session.SessionDetails;
import io.holdfast.session.SessionFilter;
import io.holdfast.session.SessionState;
import io.holdfast.subscription.JoinRequest;
import io.holdfast.subscription.SubscriptionDefinition;
import io.holdfast.subscription.SubscriptionName;
import io.holdfast.workflow.ExecutionId;
import io.holdfast.workflow.ExecutionRetention;
import io.holdfast.workflow.ExecutionStatus;
import io.holdfast.workflow.WorkflowDetails;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import reactor.core.publisher.Mono;

/** Writes of every kind, by chance, over few names, so that they meet. */
public final class Workload {

  private static final Duration LEASE = Duration.ofSeconds(20);
  private static final int NAMES = 5;

  private final UnifiedStorage storage;
  private final Random random;

  /** Writes to {@code storage}, by chance from {@code seed} on. */
  public Workload(UnifiedStorage storage, long seed) {
    this.storage = storage;
    this.random = new Random(seed);
  }

  /** Everything that is kept, by kind, as text. */
  public static Map<String, List<String>> contents(UnifiedStorage storage) {
    Map<String, List<String>> records = new LinkedHashMap<>();
    storage.kinds().forEach(kind -> records.put(kind.name(), export(storage, kind)));
    return records;
  }

  private static <R> List<String> export(UnifiedStorage storage, RecordKind<R> kind) {
    return Await.all(
        storage
            .transfer(kind)
            .export()
            .map(record -> new String(kind.encode(record).canonical(), StandardCharsets.UTF_8)));
  }

  /** So many writes, one after the other; those that are refused are no matter. */
  public void run(int writes) {
    for (int i = 0; i < writes; i++) {
      Await.done(write().onErrorResume(StorageException.class, refused -> Mono.empty()));
    }
  }

  private Mono<?> write() {
    return switch (random.nextInt(8)) {
      case 0 -> session();
      case 1 -> checkpoint();
      case 2 -> letter();
      case 3 -> workflow();
      case 4 -> lock();
      case 5 -> subscription();
      case 6 -> together();
      default -> append();
    };
  }

  private String name() {
    return "n/" + random.nextInt(NAMES);
  }

  private Json json() {
    return Json.of("{\"n\":" + random.nextInt(1_000) + "}");
  }

  private Mono<?> append() {
    List<Event> events = List.of(Event.of("a", json()), Event.of("b", json()));
    return storage.events().append(new JobId(name()), ExpectedVersion.any(), events);
  }

  private Mono<?> session() {
    SessionId id = new SessionId(name());
    var sessions = storage.sessions();
    return switch (random.nextInt(6)) {
      case 0 -> sessions.delete(id);
      case 1 -> sessions.purge(SessionFilter.all().limit(1));
      case 2 -> sessions.create(id, SessionDetails.of("t", "r", json()));
      default ->
          sessions
              .get(id)
              .flatMap(
                  there ->
                      sessions.update(
                          there
                              .withState(
                                  random.nextBoolean()
                                      ? SessionState.RUNNING
                                      : SessionState.COMPLETED)
                              .withDetails(there.details().withData(json()))));
    };
  }

  private Mono<?> checkpoint() {
    WorkflowId id = new WorkflowId(name());
    var checkpoints = storage.checkpoints();
    return switch (random.nextInt(6)) {
      case 0 -> checkpoints.prune(id, CheckpointRetention.last(2));
      case 1 ->
          checkpoints
              .findLatest(id)
              .flatMap(latest -> checkpoints.delete(id, latest.version() - 1));
      default ->
          checkpoints
              .findLatest(id)
              .map(latest -> latest.version())
              .defaultIfEmpty(0L)
              .flatMap(version -> checkpoints.append(id, version, CheckpointContent.of(json())));
    };
  }

  private Mono<?> letter() {
    DeadLetterKey key = new DeadLetterKey(new JobId(name()), new ItemId(name()));
    var letters = storage.deadLetters();
    return switch (random.nextInt(6)) {
      case 0 -> letters.delete(key);
      case 1 -> letters.redrive(DeadLetterFilter.all());
      case 2 ->
          letters
              .claim(ClaimRequest.of("me", LEASE, 2))
              .collectList()
              .flatMapMany(
                  claimed ->
                      letters.settle(
                          claimed.stream()
                              .filter(each -> random.nextBoolean())
                              .map(each -> Settlement.done(each.claim()))
                              .toList()))
              .then();
      default ->
          letters.add(
              key,
              json(),
              Failure.of(1 + random.nextInt(9), new IllegalStateException("x"), json()));
    };
  }

  private Mono<?> workflow() {
    WorkflowId id = new WorkflowId(name());
    ExecutionId execution = new ExecutionId(name());
    var workflows = storage.workflows();
    return switch (random.nextInt(8)) {
      case 0 -> workflows.delete(id);
      case 1 -> workflows.prune(id, ExecutionRetention.last(1), 5);
      case 2 -> workflows.finish(id, execution, ExecutionStatus.COMPLETED, json());
      case 3, 4 -> workflows.start(id, execution, json());
      case 5 ->
          workflows
              .get(id)
              .flatMap(
                  there -> workflows.update(there.withDetails(WorkflowDetails.of("w", json()))));
      default -> workflows.create(id, WorkflowDetails.of("w", json()));
    };
  }

  private Mono<?> lock() {
    LockName name = new LockName(name());
    var locks = storage.locks();
    LockRequest request = new LockRequest(name, "me" + random.nextInt(3), LEASE);
    return switch (random.nextInt(4)) {
      case 0 -> locks.forceRelease(name);
      case 1 ->
          locks
              .tryAcquire(request.shared())
              .flatMap(lease -> locks.extend(lease, Duration.ofSeconds(1 + random.nextInt(60))));
      case 2 -> locks.tryAcquire(request).flatMap(locks::release);
      default -> locks.acquire(request, Duration.ofMillis(1));
    };
  }

  private Mono<?> subscription() {
    SubscriptionName name = new SubscriptionName(name());
    var subscriptions = storage.subscriptions();
    JoinRequest member = new JoinRequest(name, "member", LEASE);
    return switch (random.nextInt(8)) {
      case 0 -> subscriptions.delete(name);
      case 1 -> subscriptions.pause(name);
      case 2 -> subscriptions.hold(name, new JobId(name()));
      case 3 -> subscriptions.unhold(name, new JobId(name()));
      case 4, 5 ->
          subscriptions
              .join(member)
              .flatMap(joined -> subscriptions.advance(name, joined.slices()));
      default ->
          subscriptions.create(
              new SubscriptionDefinition(name, EventFilter.all(), 4, Position.BEGINNING));
    };
  }

  private Mono<?> together() {
    SessionId id = new SessionId(name());
    Mono<Object> failure =
        random.nextInt(4) == 0
            ? Mono.error(new ConflictException("This", "x", "kept", "rolled back"))
            : Mono.empty();
    return storage.inTransaction(
        tx ->
            tx.sessions()
                .delete(id)
                .then(tx.sessions().create(id, SessionDetails.of("t", "r", json())))
                .then(
                    tx.events()
                        .append(
                            new JobId(name()),
                            ExpectedVersion.any(),
                            List.of(Event.of("c", json()))))
                .then(tx.locks().tryAcquire(new LockRequest(new LockName(name()), "tx", LEASE)))
                .then(failure));
  }
}
