package io.holdfast.postgres;

import io.holdfast.subscription.HeldJob;
import io.holdfast.subscription.Subscription;
import java.util.List;

/** How subscriptions and held jobs lie in their tables, for {@link TableTransfer}. */
final class SubscriptionTables {

  private static final String SUBSCRIPTION_PAGE =
      """
      SELECT {columns}
      FROM {schema}.subscriptions s
      WHERE s.name > $1
      ORDER BY s.name
      LIMIT $2
      """;

  /**
   * Of two states of a slice, the newer one has the newer token, or is further on with the same.
   */
  private static final String SUBSCRIPTION_LOAD =
      """
      WITH r AS MATERIALIZED (
        SELECT name, version, filter, paused, "createdAt" AS created_at, slices
        FROM jsonb_to_recordset($1) AS x (name text, version bigint, filter jsonb, paused boolean,
          "createdAt" timestamptz, slices jsonb)
      ), written AS (
        INSERT INTO {schema}.subscriptions AS t (name, version, filter, slices, paused, created_at)
        SELECT name, version, filter, jsonb_array_length(slices), paused, created_at FROM r
        ON CONFLICT (name) DO UPDATE
        SET version = excluded.version, filter = excluded.filter, slices = excluded.slices,
          paused = excluded.paused, created_at = excluded.created_at
        WHERE t.version < excluded.version
        RETURNING name
      ), moved AS (
        INSERT INTO {schema}.subscription_slices AS t (name, slice, position, token)
        SELECT r.name, (part.number - 1)::integer, (part.slice ->> 'position')::bigint,
          (part.slice ->> 'token')::bigint
        FROM r, jsonb_array_elements(r.slices) WITH ORDINALITY AS part (slice, number)
        ON CONFLICT (name, slice) DO UPDATE
        SET position = excluded.position, token = excluded.token, owner = NULL
        WHERE t.token < excluded.token
          OR (t.token = excluded.token AND t.position < excluded.position)
        RETURNING name, token
      )
      SELECT (SELECT count(*) FROM (SELECT name FROM written UNION SELECT name FROM moved) n),
        setval('{schema}.subscription_token',
          greatest((SELECT max(token) FROM moved), (SELECT last_value FROM {schema}.subscription_token)))
      """;

  private static final String HELD_PAGE =
      """
      SELECT name, job_id, released, changed_at
      FROM {schema}.subscription_held_jobs
      WHERE (name, job_id) > ($1, $2)
      ORDER BY name, job_id
      LIMIT $3
      """;

  private static final String HELD_LOAD =
      """
      WITH written AS (
        INSERT INTO {schema}.subscription_held_jobs AS t (name, job_id, released, changed_at)
        SELECT subscription, job, released, "changedAt"
        FROM jsonb_to_recordset($1) AS r (subscription text, job text, released boolean,
          "changedAt" timestamptz)
        ON CONFLICT (name, job_id) DO UPDATE
        SET released = excluded.released, changed_at = excluded.changed_at
        WHERE t.changed_at < excluded.changed_at
        RETURNING name
      )
      SELECT count(*) FROM written
      """;

  private static final String HELD_REMOVE =
      "DELETE FROM {schema}.subscription_held_jobs WHERE name = $1 AND job_id = $2";

  private static final String COUNT =
      """
      SELECT count(*) FROM {schema}.%s WHERE $1
      """;

  private static final String LOCK =
      """
      LOCK TABLE {schema}.subscriptions, {schema}.subscription_slices IN SHARE ROW EXCLUSIVE MODE
      """;

  private static final String HELD_LOCK =
      "LOCK TABLE {schema}.subscription_held_jobs IN SHARE ROW EXCLUSIVE MODE";

  private final SchemaName schema;

  SubscriptionTables(SchemaName schema) {
    this.schema = schema;
  }

  private String count(String table) {
    return schema.in(COUNT.formatted(table));
  }

  TableTransfer.Table<Subscription> subscriptions() {
    return new TableTransfer.Table<>(
        schema.in(SUBSCRIPTION_PAGE.replace("{columns}", SubscriptionRows.RECORD)),
        List.of(""),
        SubscriptionRows::record,
        subscription -> List.of(subscription.name().value()),
        subscription -> 500 + 50 * subscription.slices().size(),
        schema.in(SUBSCRIPTION_LOAD),
        schema.in(LOCK),
        Subscription.KIND::encode,
        schema.in(PostgresSubscriptionStore.DELETE),
        count("subscriptions"));
  }

  TableTransfer.Table<HeldJob> heldJobs() {
    return new TableTransfer.Table<>(
        schema.in(HELD_PAGE),
        List.of("", ""),
        SubscriptionRows::held,
        held -> List.of(held.subscription().value(), held.job().value()),
        held -> 300,
        schema.in(HELD_LOAD),
        schema.in(HELD_LOCK),
        HeldJob.KIND::encode,
        schema.in(HELD_REMOVE),
        count("subscription_held_jobs"));
  }
}
