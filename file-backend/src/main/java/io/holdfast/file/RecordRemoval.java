package io.holdfast.file;

import io.holdfast.JobId;
import io.holdfast.RecordKey;
import io.holdfast.SessionId;
import io.holdfast.StoreSet;
import io.holdfast.WorkflowId;
import io.holdfast.deadletter.DeadLetterKey;
import io.holdfast.deadletter.ItemId;
import io.holdfast.subscription.SubscriptionName;
import reactor.core.publisher.Mono;

/** Deletes one record of a shelf, as the store does whose record it is. */
final class RecordRemoval {

  private final Scope scope;
  private final StoreSet stores;

  RecordRemoval(Scope scope, StoreSet stores) {
    this.scope = scope;
    this.stores = stores;
  }

  Mono<Void> remove(Shelf<?> shelf, RecordKey key) {
    if (shelf == Shelf.SESSIONS) {
      return stores.sessions().delete(new SessionId(key.first()));
    }
    if (shelf == Shelf.WORKFLOWS) {
      return stores.workflows().delete(new WorkflowId(key.first()));
    }
    if (shelf == Shelf.DEAD_LETTERS) {
      return stores
          .deadLetters()
          .delete(new DeadLetterKey(new JobId(key.first()), new ItemId(key.second())));
    }
    if (shelf == Shelf.SUBSCRIPTIONS) {
      return stores.subscriptions().delete(new SubscriptionName(key.first()));
    }
    return scope.write(
        edit -> {
          if (shelf == Shelf.EXECUTIONS) {
            PrunedExecutions.take(edit, key.first(), key.second());
          } else if (edit.has(shelf, DocumentTransfer.place(key))) {
            edit.delete(shelf, DocumentTransfer.place(key));
          }
          return null;
        });
  }
}
