package io.holdfast.contract;

import io.holdfast.RecordKind;
import io.holdfast.UnifiedStorage;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Everything a storage keeps, as text, by kind. */
record Snapshot(Map<String, List<String>> records) {

  static Snapshot of(UnifiedStorage storage) {
    Map<String, List<String>> records = new LinkedHashMap<>();
    for (RecordKind<?> kind : storage.kinds()) {
      records.put(kind.name(), export(storage, kind));
    }
    return new Snapshot(records);
  }

  private static <R> List<String> export(UnifiedStorage storage, RecordKind<R> kind) {
    return Await.all(
        storage
            .transfer(kind)
            .export()
            .map(record -> new String(kind.encode(record).canonical(), StandardCharsets.UTF_8)));
  }
}
