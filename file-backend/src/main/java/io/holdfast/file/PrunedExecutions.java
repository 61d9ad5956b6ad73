package io.holdfast.file;

import io.holdfast.workflow.ExecutionRetention;
import io.holdfast.workflow.WorkflowExecution;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;

/** Takes old executions away, and remembers how many those were: they still count. */
final class PrunedExecutions {

  private static final Shelf<WorkflowExecution> RUNS = Shelf.EXECUTIONS;

  private PrunedExecutions() {}

  /** Those that may go, the last started first. */
  static PageSource<WorkflowExecution> list(
      View view, String workflow, ExecutionRetention retention, int limit) {
    return new DocumentPages<>(
        view,
        RUNS,
        old(view, workflow, retention.keepLast()),
        limit,
        (key, json) -> {
          WorkflowExecution execution = view.decode(RUNS, key, json);
          return retention.lets(execution) ? execution : null;
        });
  }

  /** All but the last {@code keepLast}, the last started first. */
  private static Iterator<DocumentKey> old(View view, String workflow, int keepLast) {
    Iterator<DocumentKey> keys =
        Keys.sorted(view.entriesOf(RUNS, workflow), (key, note) -> true, Keys.NEWEST_FIRST);
    for (int kept = 0; kept < keepLast && keys.hasNext(); kept++) {
      keys.next();
    }
    return keys;
  }

  /** Deletes those that may go, the first started first; how many those were. */
  static long prune(Edit edit, String workflow, ExecutionRetention retention, int limit)
      throws IOException {
    List<DocumentKey> old = new ArrayList<>();
    old(edit, workflow, retention.keepLast()).forEachRemaining(old::add);
    Collections.reverse(old);
    long gone = 0;
    for (DocumentKey key : old) {
      WorkflowExecution execution = gone < limit ? edit.find(RUNS, key) : null;
      if (execution != null && retention.lets(execution)) {
        edit.delete(RUNS, key);
        gone++;
      }
    }
    if (gone > 0) {
      remember(edit, workflow, gone);
    }
    return gone;
  }

  /** Deletes one, if it is there. */
  static void take(Edit edit, String workflow, String execution) throws IOException {
    DocumentKey key = new DocumentKey(workflow, execution);
    if (edit.has(RUNS, key)) {
      edit.delete(RUNS, key);
      remember(edit, workflow, 1);
    }
  }

  private static void remember(Edit edit, String workflow, long gone) throws IOException {
    String counter = Counter.prunedExecutions(workflow);
    edit.put(Shelf.COUNTERS, new Counter(counter, count(edit, workflow) + gone));
  }

  /** How many have gone so far. */
  static long count(View view, String workflow) throws IOException {
    Counter gone = view.find(Shelf.COUNTERS, key(workflow));
    return gone == null ? 0 : gone.value();
  }

  /** For a workflow that is deleted: one of the same name begins again. */
  static void forget(Edit edit, String workflow) throws IOException {
    if (edit.raw(Shelf.COUNTERS, key(workflow)) != null) {
      edit.delete(Shelf.COUNTERS, key(workflow));
    }
  }

  private static DocumentKey key(String workflow) {
    return DocumentKey.of(Counter.prunedExecutions(workflow));
  }
}
