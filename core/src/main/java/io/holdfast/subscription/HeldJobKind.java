package io.holdfast.subscription;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.JsonFields;
import io.holdfast.JsonWriter;
import io.holdfast.Names;
import io.holdfast.RecordKey;
import io.holdfast.RecordKind;
import java.util.Comparator;

/** Held jobs as JSON. */
final class HeldJobKind implements RecordKind<HeldJob> {

  @Override
  public String name() {
    return "held-jobs";
  }

  @Override
  public String key(HeldJob record) {
    return record.subscription() + "/" + record.job();
  }

  @Override
  public RecordKey identity(HeldJob record) {
    return new RecordKey(record.subscription().value(), record.job().value());
  }

  @Override
  public Comparator<HeldJob> order() {
    return Comparator.<HeldJob, String>comparing(held -> held.subscription().value(), Names.ORDER)
        .thenComparing(held -> held.job().value(), Names.ORDER);
  }

  @Override
  public Json encode(HeldJob record) {
    return new JsonWriter()
        .text("subscription", record.subscription().value())
        .text("job", record.job().value())
        .flag("released", record.released())
        .time("changedAt", record.changedAt())
        .end();
  }

  @Override
  public HeldJob decode(Json json) {
    JsonFields fields = JsonFields.of(json);
    return new HeldJob(
        new SubscriptionName(fields.text("subscription")),
        new JobId(fields.text("job")),
        fields.flag("released"),
        fields.time("changedAt"));
  }
}
