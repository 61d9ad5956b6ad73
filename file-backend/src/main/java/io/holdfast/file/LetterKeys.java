package io.holdfast.file;

import io.holdfast.JobId;
import io.holdfast.deadletter.DeadLetterFilter;
import io.holdfast.deadletter.DeadLetterKey;
import io.holdfast.deadletter.ItemId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which dead letters to read, as far as what is in memory tells. */
final class LetterKeys {

  private static final Shelf<?> SHELF = Shelf.DEAD_LETTERS;

  private LetterKeys() {}

  /** Those that may match, in order. */
  static Iterator<DocumentKey> of(View view, DeadLetterFilter filter) {
    DeadLetterKey after = filter.after();
    return Keys.of(
        entries(view, filter),
        (key, note) ->
            mayMatch(filter, key, note)
                && (after == null || key.compareTo(FileDeadLetterQueue.key(after)) > 0));
  }

  /** Those that may be claimed now, and may match, the longest due first. */
  static Iterator<DocumentKey> due(View view, DeadLetterFilter filter, Instant now) {
    JobId job = filter.job();
    return Keys.sorted(
        job == null ? view.entries(SHELF) : view.entriesOf(SHELF, job.value()),
        (key, note) ->
            note.state() == 1 && note.due() <= Note.micros(now) && mayMatch(filter, key, note),
        Keys.LONGEST_DUE_FIRST);
  }

  private static boolean mayMatch(DeadLetterFilter filter, DocumentKey key, Note note) {
    Boolean eligible = filter.eligible();
    return (eligible == null || eligible == (note.state() == 1))
        && (filter.keys().isEmpty() || filter.keys().contains(letter(key)));
  }

  private static DeadLetterKey letter(DocumentKey key) {
    return new DeadLetterKey(new JobId(key.first()), new ItemId(key.second()));
  }

  private static Iterator<Map.Entry<DocumentKey, Note>> entries(
      View view, DeadLetterFilter filter) {
    JobId job = filter.job();
    DeadLetterKey after = filter.after();
    if (job != null) {
      return view.entriesOf(SHELF, job.value());
    }
    return after == null
        ? view.entries(SHELF)
        : view.entriesAfter(SHELF, FileDeadLetterQueue.key(after));
  }

  /** Looks at the keys of all letters behind {@code after}. */
  static List<JobId> jobs(View view, @Nullable JobId after, int limit) {
    List<JobId> jobs = new ArrayList<>();
    String last = "";
    Iterator<Map.Entry<DocumentKey, Note>> entries =
        after == null
            ? view.entries(SHELF)
            : view.entriesAfter(SHELF, DocumentKey.of(after.value() + "\0"));
    while (entries.hasNext() && jobs.size() < limit) {
      String job = entries.next().getKey().first();
      if (!job.equals(last)) {
        jobs.add(new JobId(job));
        last = job;
      }
    }
    return jobs;
  }
}
