package io.holdfast.contract;

import static io.holdfast.contract.Samples.LONG;
import static io.holdfast.contract.Samples.LONG_AGO;
import static io.holdfast.contract.Samples.details;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.RecordKey;
import io.holdfast.SessionId;
import io.holdfast.WorkflowId;
import io.holdfast.deadletter.ClaimRequest;
import io.holdfast.deadletter.DeadLetterFilter;
import io.holdfast.deadletter.Failure;
import io.holdfast.deadletter.ItemId;
import io.holdfast.event.BatchId;
import io.holdfast.event.Event;
import io.holdfast.event.EventFilter;
import io.holdfast.lock.LockName;
import io.holdfast.session.SessionDetails;
import io.holdfast.session.SessionFilter;
import io.holdfast.subscription.JoinRequest;
import io.holdfast.subscription.SubscriptionName;
import io.holdfast.transfer.Moved;
import io.holdfast.workflow.ExecutionId;
import io.holdfast.workflow.WorkflowDetails;
import io.holdfast.workflow.WorkflowFilter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Every place of the SPI where a name is given. */
final class NamePlaces {

  private NamePlaces() {}

  /** How to build a value that holds the name, by place. */
  static Map<String, Function<String, Object>> all() {
    Map<String, Function<String, Object>> places = new LinkedHashMap<>();
    places.put("job id", JobId::new);
    places.put("session id", SessionId::new);
    places.put("workflow id", WorkflowId::new);
    places.put("execution id", ExecutionId::new);
    places.put("item id", ItemId::new);
    places.put("lock name", LockName::new);
    places.put("batch id", BatchId::new);
    places.put("record key", RecordKey::of);
    places.put("event type", name -> Event.of(name, Json.EMPTY));
    places.put("event id", name -> Samples.event(1).withId(name));
    places.put("correlation", name -> Samples.event(1).withCorrelation(name));
    places.put("agent", name -> Samples.event(1).withAgent(name));
    places.put("filter by type", name -> EventFilter.all().withTypes("a", name));
    places.put("filter by correlation", name -> EventFilter.all().withCorrelation(name));
    places.put("filter by agent", name -> EventFilter.all().withAgent(name));
    places.put("session type", name -> SessionDetails.of(name, "r", Json.EMPTY));
    places.put("repository", name -> SessionDetails.of("t", name, Json.EMPTY));
    places.put("worktree", name -> details(1).withWorktree(name));
    places.put("filter by session type", name -> SessionFilter.all().withType(name));
    places.put("filter by repository", name -> SessionFilter.all().withRepository(name));
    places.put("filter by worktree", name -> SessionFilter.all().withWorktree(name));
    places.put("workflow name", name -> WorkflowDetails.of(name, Json.EMPTY));
    places.put("author", name -> described(name, Set.of()));
    places.put("tag", name -> described("me", Set.of("a", name)));
    places.put("filter by part of a name", name -> WorkflowFilter.all().withNamePart(name));
    places.put("filter by tag", name -> WorkflowFilter.all().withTag(name));
    places.put("filter by author", name -> WorkflowFilter.all().withAuthor(name));
    places.put("error type", name -> new Failure(1, LONG_AGO, name, "", Json.EMPTY));
    places.put("filter by error type", name -> DeadLetterFilter.all().withErrorType(name));
    places.put("owner of a claim", name -> ClaimRequest.of(name, LONG, 1));
    places.put("owner of a lock", name -> Samples.wish(name, LONG));
    places.put("member", name -> new JoinRequest(new SubscriptionName("s"), name, LONG));
    places.put("store that it has moved to", name -> new Moved("to", name, "", LONG_AGO));
    return places;
  }

  private static WorkflowDetails described(String author, Set<String> tags) {
    return new WorkflowDetails("n", author, null, tags, Json.EMPTY);
  }
}
