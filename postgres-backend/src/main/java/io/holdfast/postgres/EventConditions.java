package io.holdfast.postgres;

import io.holdfast.JobId;
import io.holdfast.event.EventFilter;
import org.jspecify.annotations.Nullable;

/** An event filter as SQL. */
final class EventConditions {

  private EventConditions() {}

  static Conditions of(EventFilter filter, SchemaName schema) {
    Conditions conditions = new Conditions();
    if (!filter.jobs().isEmpty()) {
      String[] jobs = filter.jobs().stream().map(JobId::value).toArray(String[]::new);
      conditions.and("job_id = ANY(%s)", jobs);
    }
    if (!filter.types().isEmpty()) {
      conditions.and("event_type = ANY(%s)", filter.types().toArray(String[]::new));
    }
    if (!filter.words().isEmpty()) {
      String[] words = filter.words().toArray(String[]::new);
      conditions.and(schema.in("{schema}.json_words(data) @> %s::text[]"), words);
    }
    @Nullable JsonPath path = JsonPath.of(filter.where());
    if (path != null) {
      conditions
          .and("jsonb_path_exists(data, %s::jsonpath", path.text())
          .with(", %s, true)", Sql.json(path.values()))
          .andIfPresent("data @> %s", path.implied() == null ? null : Sql.json(path.implied()));
    }
    return conditions
        .andIfPresent("correlation_id = %s", filter.correlationId())
        .andIfPresent("agent_id = %s", filter.agentId())
        .andIfPresent("created_at >= %s", filter.createdFrom())
        .andIfPresent("created_at < %s", filter.createdBefore())
        .andIfPresent("data @> %s", filter.contains() == null ? null : Sql.json(filter.contains()));
  }
}
