package io.holdfast.file;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.holdfast.JobId;
import io.holdfast.Position;
import io.holdfast.event.Event;
import io.holdfast.event.RecordedEvent;
import io.holdfast.file.Draft.StagedDocument;
import io.holdfast.file.Draft.StagedEvent;
import org.jspecify.annotations.Nullable;

/** A view that can be changed; the changes are staged in a draft of its own. */
final class Edit extends View {

  private final State state;
  private final Draft draft;

  private Edit(State state, Draft draft) {
    super(state, draft);
    this.state = state;
    this.draft = draft;
  }

  static Edit over(State state, @Nullable Draft below) {
    return new Edit(state, new Draft(below));
  }

  /** An edit within this one, which can be dropped without a trace. */
  Edit part() {
    return over(state, draft);
  }

  Draft draft() {
    return draft;
  }

  /** Stages {@code record}, and returns it. */
  @CanIgnoreReturnValue
  <R> R put(Shelf<R> shelf, R record) {
    StagedDocument staged = new StagedDocument(shelf.kind().encode(record), shelf.note(record));
    draft.put(shelf, shelf.key(record), staged);
    return record;
  }

  void delete(Shelf<?> shelf, DocumentKey key) {
    draft.put(shelf, key, new StagedDocument(null, Note.NONE));
  }

  /** Appends an event whose time is set; returns its position. */
  long append(JobId job, Event event) {
    long position = lastPosition() + 1;
    long version = head(job).version() + 1;
    append(new RecordedEvent(new Position(Long.toString(position)), job, version, event), position);
    return position;
  }

  /** Appends an event as it is; its position and version are higher than all before. */
  void append(RecordedEvent recorded, long position) {
    JobId job = recorded.job();
    JobHead head = head(job).at(recorded.version(), position);
    Line line = new Line(RecordedEvent.KIND.name(), RecordedEvent.KIND.encode(recorded));
    String month = EventSegments.month(recorded.createdAt());
    draft.add(new StagedEvent(month, job, position, line), head);
  }

  void remember(RememberedBatch batch) {
    draft.add(batch);
  }
}
