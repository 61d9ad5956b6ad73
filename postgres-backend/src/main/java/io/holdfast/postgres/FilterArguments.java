package io.holdfast.postgres;

import io.holdfast.JobId;
import io.holdfast.event.EventFilter;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An event filter as the schema's functions take it: from {@code of_jobs} to {@code words}. */
final class FilterArguments {

  private FilterArguments() {}

  static List<Object> of(EventFilter filter) {
    @Nullable JsonPath path = JsonPath.of(filter.where());
    return List.of(
        texts(filter.jobs().stream().map(JobId::value).toList()),
        texts(filter.types()),
        Sql.text(filter.correlationId()),
        Sql.text(filter.agentId()),
        Sql.orNull(Instant.class, filter.createdFrom()),
        Sql.orNull(Instant.class, filter.createdBefore()),
        Sql.jsonOrNull(filter.contains()),
        Sql.text(path == null ? null : path.text()),
        Sql.jsonOrNull(path == null ? null : path.values()),
        Sql.jsonOrNull(path == null ? null : path.implied()),
        texts(filter.words()));
  }

  /** No condition when there is none to choose from. */
  private static Object texts(Collection<String> values) {
    return Sql.orNull(String[].class, values.isEmpty() ? null : values.toArray(String[]::new));
  }
}
