package io.holdfast.postgres;

import io.holdfast.JobId;
import io.holdfast.StorageTime;
import io.holdfast.deadletter.DeadLetterFilter;
import io.holdfast.deadletter.DeadLetterKey;
import io.holdfast.deadletter.FailureFilter;
import io.holdfast.deadletter.ItemFilter;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A filter as SQL on the states, which are {@code s}, and on the letters, which are {@code l}. */
final class DeadLetterConditions {

  private DeadLetterConditions() {}

  /** All but the limit. */
  static Conditions page(DeadLetterFilter filter) {
    Conditions conditions = of(filter);
    DeadLetterKey after = filter.after();
    if (after != null) {
      conditions
          .and("(s.job_id, s.item_id) > (%s", after.job().value())
          .with(", %s)", after.item().value());
    }
    return conditions;
  }

  /** All but the limit and the place in the list. */
  static Conditions of(DeadLetterFilter filter) {
    JobId job = filter.job();
    Conditions conditions =
        new Conditions()
            .andIfPresent("s.job_id = %s", job == null ? null : job.value())
            .andIfPresent("s.eligible = %s", filter.eligible());
    if (!filter.keys().isEmpty()) {
      List<DeadLetterKey> keys = List.copyOf(filter.keys());
      conditions
          .and("(s.job_id, s.item_id) IN (SELECT * FROM unnest(%s::text[]", jobs(keys))
          .with(", %s::text[]))", items(keys));
    }
    add(conditions, filter.failure());
    add(conditions, filter.item());
    return conditions.within("l.created_at", filter.created());
  }

  /** True if the states alone do not tell. */
  static boolean isAboutLetters(DeadLetterFilter filter) {
    return !(filter.failure().equals(FailureFilter.ANY)
        && filter.item().equals(ItemFilter.ANY)
        && filter.created().from() == null
        && filter.created().before() == null);
  }

  private static void add(Conditions conditions, FailureFilter failure) {
    addTypes(conditions, failure.errorTypes());
    conditions
        .andIfPresent("l.signature = %s", failure.signature())
        .andIfPresent("position(%s IN l.signature) > 0", failure.signaturePart())
        .andIfPresent(
            "jsonb_array_length(l.failures) >= %s", failure.fewest() == 1 ? null : failure.fewest())
        .andIfPresent(
            "jsonb_array_length(l.failures) <= %s",
            failure.most() == Integer.MAX_VALUE ? null : failure.most())
        .andIfPresent(DeadLetterRows.FAILED_AT + " >= %s", text(failure.last().from()))
        .andIfPresent(DeadLetterRows.FAILED_AT + " < %s", text(failure.last().before()));
  }

  private static @Nullable String text(@Nullable Instant time) {
    return time == null ? null : StorageTime.format(time);
  }

  /** Every signature begins with its type: that is what the index knows. */
  private static void addTypes(Conditions conditions, Set<String> types) {
    if (types.isEmpty()) {
      return;
    }
    List<String> any = types.stream().sorted().toList();
    for (int i = 0; i < any.size(); i++) {
      String type = any.get(i);
      String end = i == any.size() - 1 ? ")" : "";
      var unused =
          i == 0
              ? conditions.and("((l.signature >= %s", type + "::")
              : conditions.or("(l.signature >= %s", type + "::");
      conditions.with(" AND l.signature < %s)" + end, type + ":;");
    }
    conditions.and("l.failures -> -1 ->> 'errorType' = ANY(%s)", any.toArray(String[]::new));
  }

  private static void add(Conditions conditions, ItemFilter item) {
    @Nullable JsonPath path = JsonPath.of(item.where());
    if (path != null) {
      conditions
          .and("jsonb_path_exists(l.data, %s::jsonpath", path.text())
          .with(", %s, true)", Sql.json(path.values()));
    }
    conditions.andIfPresent(
        "l.data @> %s", item.contains() == null ? null : Sql.json(item.contains()));
  }

  static String[] jobs(List<DeadLetterKey> keys) {
    return keys.stream().map(key -> key.job().value()).toArray(String[]::new);
  }

  static String[] items(List<DeadLetterKey> keys) {
    return keys.stream().map(key -> key.item().value()).toArray(String[]::new);
  }
}
