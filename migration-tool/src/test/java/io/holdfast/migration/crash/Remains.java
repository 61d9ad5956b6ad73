package io.holdfast.migration.crash;

import io.holdfast.UnifiedStorage;
import io.holdfast.checkpoint.IntactCheckpoint;
import io.holdfast.deadletter.DeadLetter;
import io.holdfast.deadletter.DeadLetterFilter;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventQuery;
import io.holdfast.event.RecordedEvent;
import io.holdfast.lock.LockState;
import io.holdfast.session.Session;
import io.holdfast.workflow.WorkflowExecution;
import java.util.List;
import reactor.core.publisher.Mono;

/**
 * Everything that a run has left in its storage.
 *
 * @param session its session
 * @param executions of its workflow
 * @param checkpoint the newest that is not damaged
 * @param events all there are, in the order of their positions
 * @param letters all dead letters there are
 * @param locks those that are held
 */
record Remains(
    Session session,
    List<WorkflowExecution> executions,
    IntactCheckpoint checkpoint,
    List<RecordedEvent> events,
    List<DeadLetter> letters,
    List<LockState> locks) {

  private static final int MANY = 1_000;

  static Mono<Remains> of(UnifiedStorage storage) {
    return Mono.zip(
            storage.sessions().get(Run.SESSION),
            storage.workflows().history(Run.WORKFLOW, MANY).collectList(),
            storage.checkpoints().findLatestIntact(Run.WORKFLOW),
            events(storage),
            storage.deadLetters().list(DeadLetterFilter.all().limit(MANY)).collectList(),
            storage.locks().list(MANY).collectList())
        .map(
            all ->
                new Remains(
                    all.getT1(), all.getT2(), all.getT3(), all.getT4(), all.getT5(), all.getT6()));
  }

  private static Mono<List<RecordedEvent>> events(UnifiedStorage storage) {
    EventQuery all = EventQuery.forward(EventFilter.all()).limit(EventQuery.LIMIT_MAX);
    return storage.events().read(all).collectList();
  }

  String figures() {
    return "%d items completed, %d dead letters, %d events, %d retries"
        .formatted(
            count(Item.COMPLETED),
            letters.size(),
            events.size(),
            events.stream().filter(Remains::isRetry).count());
  }

  private long count(String type) {
    return events.stream().filter(event -> event.type().equals(type)).count();
  }

  private static boolean isRetry(RecordedEvent event) {
    return event.type().equals(Item.STARTED) && event.data().tree().path("attempt").intValue() > 1;
  }
}
