package io.holdfast.file;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.JsonFields;
import io.holdfast.JsonWriter;
import io.holdfast.Position;
import io.holdfast.event.AppendResult;
import io.holdfast.event.AppendResult.Appended;
import io.holdfast.event.BatchId;
import io.holdfast.event.EventBatch;
import java.util.ArrayList;
import java.util.List;

/**
 * What an append returned. The events of a batch have successive positions, and successive versions
 * within each job, so that little is enough.
 */
record RememberedBatch(BatchId id, long firstPosition, List<Part> parts) {

  static final String TAG = "batches";

  /** {@code count} events of one job, from {@code firstVersion} on. */
  record Part(JobId job, long firstVersion, int count) {}

  /** A batch is known by its id and its first job. */
  record Key(BatchId id, JobId firstJob) {

    static Key of(EventBatch batch) {
      return new Key(batch.id(), batch.parts().get(0).job());
    }
  }

  Key key() {
    return new Key(id, parts.get(0).job());
  }

  AppendResult result(boolean repeated) {
    List<Appended> events = new ArrayList<>();
    long position = firstPosition;
    for (Part part : parts) {
      for (int i = 0; i < part.count(); i++) {
        Position at = new Position(Long.toString(position++));
        events.add(new Appended(part.job(), part.firstVersion() + i, at));
      }
    }
    return new AppendResult(events, repeated);
  }

  Json encode() {
    return new JsonWriter()
        .text("id", id.value())
        .number("position", firstPosition)
        .array("parts", parts.stream().map(RememberedBatch::encode).toList())
        .end();
  }

  private static Json encode(Part part) {
    return new JsonWriter()
        .text("job", part.job().value())
        .number("version", part.firstVersion())
        .number("events", part.count())
        .end();
  }

  static RememberedBatch decode(Json json) {
    JsonFields fields = JsonFields.of(json);
    List<Part> parts =
        JsonFields.elements(fields.json("parts")).stream().map(RememberedBatch::part).toList();
    return new RememberedBatch(new BatchId(fields.text("id")), fields.number("position"), parts);
  }

  private static Part part(Json json) {
    JsonFields fields = JsonFields.of(json);
    return new Part(
        new JobId(fields.text("job")), fields.number("version"), (int) fields.number("events"));
  }
}
