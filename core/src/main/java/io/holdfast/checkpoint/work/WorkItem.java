package io.holdfast.checkpoint.work;

import io.holdfast.InvalidInputException;
import io.holdfast.Json;
import io.holdfast.JsonFields;
import io.holdfast.JsonWriter;
import io.holdfast.Names;
import io.holdfast.deadletter.Failure;
import io.holdfast.deadletter.ItemId;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An item of work.
 *
 * @param id names it within its run, and within the dead letters of its job
 * @param phase the phase that it belongs to, a {@linkplain Names#check name}
 * @param data what there is to do
 * @param status where it is
 * @param result what came of it; {@code null} unless it is completed
 * @param failure its latest failure, also once it is tried again; {@code null} if it never failed
 */
public record WorkItem(
    ItemId id,
    String phase,
    Json data,
    WorkStatus status,
    @Nullable Json result,
    @Nullable Failure failure) {

  /**
   * Checks that the parts fit each other.
   *
   * @throws InvalidInputException if the phase is no name, if there is a result without completion
   *     or completion without a result, or if it failed without a failure
   */
  public WorkItem {
    Objects.requireNonNull(id, "id");
    Names.check("phase", phase);
    Objects.requireNonNull(data, "data");
    Objects.requireNonNull(status, "status");
    if ((status == WorkStatus.COMPLETED) != (result != null)) {
      throw new InvalidInputException(
          "work item " + id, status.text() + (result == null ? " without" : " with") + " a result");
    }
    if (status == WorkStatus.FAILED && failure == null) {
      throw new InvalidInputException("work item " + id, "failed without a failure");
    }
  }

  /** An item that nobody has tried yet. */
  static WorkItem pending(ItemId id, String phase, Json data) {
    return new WorkItem(id, phase, data, WorkStatus.PENDING, null, null);
  }

  /** The number that the next failure has: 1 if it never failed. */
  public int nextAttempt() {
    return failure == null ? 1 : failure.attempt() + 1;
  }

  /** To be done, from the start. The failure stays, so that the attempts count on. */
  WorkItem reset() {
    return new WorkItem(id, phase, data, WorkStatus.PENDING, null, failure);
  }

  WorkItem started() {
    return new WorkItem(id, phase, data, WorkStatus.IN_PROGRESS, null, failure);
  }

  WorkItem completed(Json with) {
    return new WorkItem(id, phase, data, WorkStatus.COMPLETED, with, failure);
  }

  WorkItem failed(Failure with) {
    return new WorkItem(id, phase, data, WorkStatus.FAILED, null, with);
  }

  Json encode() {
    return new JsonWriter()
        .text("item", id.value())
        .text("phase", phase)
        .text("status", status.text())
        .json("data", data)
        .json("result", result)
        .json("failure", failure == null ? null : failure.encode())
        .end();
  }

  static WorkItem decode(Json json) {
    JsonFields fields = JsonFields.of(json);
    WorkStatus status = WorkStatus.parse(fields.text("status"));
    return new WorkItem(
        new ItemId(fields.text("item")),
        fields.text("phase"),
        fields.json("data"),
        status,
        // A result may be the JSON null, so its absence is not to be told by has.
        status == WorkStatus.COMPLETED || fields.has("result") ? fields.json("result") : null,
        fields.has("failure") ? Failure.decode(fields.json("failure")) : null);
  }
}
