package io.holdfast.postgres;

import io.holdfast.Json;
import io.holdfast.JsonWriter;
import io.holdfast.deadletter.DeadLetter;
import io.holdfast.session.Session;
import io.holdfast.workflow.Workflow;
import io.holdfast.workflow.WorkflowExecution;
import java.util.List;

/** How each kind of record lies in its table, for {@link TableTransfer}. */
final class Tables {

  private static final String SESSION_PAGE =
      """
      SELECT {columns}
      FROM {schema}.sessions
      WHERE session_id > $1
      ORDER BY session_id
      LIMIT $2
      """;

  /** One number for all, noted as a change that all have to be looked at for. */
  private static final String SESSION_LOAD =
      """
      WITH floor AS MATERIALIZED (
        {floor}
      ), noted AS (
        INSERT INTO {schema}.session_changes (change, session_id)
        SELECT nextval('{schema}.session_change'), ''
        FROM floor
        RETURNING change
      ), written AS (
        INSERT INTO {schema}.sessions AS t (session_id, version, state, type, repository, worktree,
          done, total, error, data, created_at, updated_at, finished_at, change)
        SELECT id, version, state, type, repository, worktree, done, total, error, data,
          "createdAt", "updatedAt", "finishedAt", n.change
        FROM noted n
        CROSS JOIN jsonb_to_recordset($1) AS r (id text, version bigint, state text, type text,
          repository text, worktree text, done bigint, total bigint, error text, data jsonb,
          "createdAt" timestamptz, "updatedAt" timestamptz, "finishedAt" timestamptz)
        ON CONFLICT (session_id) DO UPDATE
        SET version = excluded.version, state = excluded.state, type = excluded.type,
          repository = excluded.repository, worktree = excluded.worktree, done = excluded.done,
          total = excluded.total, error = excluded.error, data = excluded.data,
          created_at = excluded.created_at, updated_at = excluded.updated_at,
          finished_at = excluded.finished_at, change = excluded.change
        WHERE t.version < excluded.version
        RETURNING session_id
      )
      SELECT count(*) FROM written
      """;

  private static final String DEAD_LETTER_PAGE =
      """
      SELECT {columns}
      FROM {schema}.dead_letter_states s
      JOIN {schema}.dead_letters l ON l.job_id = s.job_id AND l.item_id = s.item_id
      WHERE (s.job_id, s.item_id) > ($1, $2)
      ORDER BY s.job_id, s.item_id
      LIMIT $3
      """;

  /** The order of an item whose claim ended would begin with when it was claimed. */
  private static final String DEAD_LETTER_LOAD =
      """
      WITH loaded AS (
        SELECT record, signature, record ->> 'job' AS job_id, record ->> 'item' AS item_id
        FROM jsonb_to_recordset($1) AS x (record jsonb, signature text)
      ), written AS (
        INSERT INTO {schema}.dead_letter_states AS t (job_id, item_id, eligible, due_at, leased_until,
          token, owner, updated_at)
        SELECT job_id, item_id, (record ->> 'eligible')::boolean,
          CASE WHEN record ->> 'owner' IS NULL THEN (record ->> 'availableAt')::timestamptz
            ELSE (record ->> 'updatedAt')::timestamptz END,
          CASE WHEN record ->> 'owner' IS NOT NULL THEN (record ->> 'availableAt')::timestamptz END,
          (record ->> 'token')::bigint, record ->> 'owner', (record ->> 'updatedAt')::timestamptz
        FROM loaded
        ON CONFLICT (job_id, item_id) DO UPDATE
        SET eligible = excluded.eligible, due_at = excluded.due_at,
          leased_until = excluded.leased_until, token = excluded.token, owner = excluded.owner,
          updated_at = excluded.updated_at
        WHERE t.updated_at < excluded.updated_at
        RETURNING job_id, item_id, token
      ), letters AS (
        INSERT INTO {schema}.dead_letters AS t (job_id, item_id, signature, failures, data, created_at)
        SELECT r.job_id, r.item_id, r.signature, r.record -> 'failures', r.record -> 'data',
          (r.record ->> 'createdAt')::timestamptz
        FROM loaded r
        JOIN written w ON w.job_id = r.job_id AND w.item_id = r.item_id
        ON CONFLICT (job_id, item_id) DO UPDATE
        SET signature = excluded.signature, failures = excluded.failures, data = excluded.data,
          created_at = excluded.created_at
        RETURNING job_id
      )
      SELECT count(w.token),
        setval('{schema}.dead_letter_claim_token', greatest(max(w.token), max(s.last_value)))
      FROM {schema}.dead_letter_claim_token s
      LEFT JOIN written w ON true
      """;

  private static final String WORKFLOW_PAGE =
      """
      SELECT {columns}
      FROM {schema}.workflows
      WHERE workflow_id > $1
      ORDER BY workflow_id
      LIMIT $2
      """;

  private static final String WORKFLOW_LOAD =
      """
      WITH written AS (
        INSERT INTO {schema}.workflows AS t (workflow_id, version, name, author, description, tags,
          content, created_at, updated_at)
        SELECT id, version, name, author, description, tags, content, "createdAt", "updatedAt"
        FROM jsonb_to_recordset($1) AS r (id text, version bigint, name text, author text,
          description text, tags text[], content jsonb, "createdAt" timestamptz,
          "updatedAt" timestamptz)
        ON CONFLICT (workflow_id) DO UPDATE
        SET version = excluded.version, name = excluded.name, author = excluded.author,
          description = excluded.description, tags = excluded.tags, content = excluded.content,
          created_at = excluded.created_at, updated_at = excluded.updated_at
        WHERE t.version < excluded.version
        RETURNING workflow_id
      )
      SELECT count(*) FROM written
      """;

  private static final String EXECUTION_PAGE =
      """
      SELECT {columns}
      FROM {schema}.executions
      WHERE (workflow_id, execution_id) > ($1, $2)
      ORDER BY workflow_id, execution_id
      LIMIT $3
      """;

  private static final String EXECUTION_LOAD =
      """
      WITH written AS (
        INSERT INTO {schema}.executions AS t (workflow_id, execution_id, status, started_at,
          finished_at, details)
        SELECT workflow, id, status, "startedAt", "finishedAt", details
        FROM jsonb_to_recordset($1) AS r (workflow text, id text, status text,
          "startedAt" timestamptz, "finishedAt" timestamptz, details jsonb)
        ON CONFLICT (workflow_id, execution_id) DO UPDATE
        SET status = excluded.status, started_at = excluded.started_at,
          finished_at = excluded.finished_at, details = excluded.details
        WHERE t.finished_at IS NULL AND excluded.finished_at IS NOT NULL
        RETURNING workflow_id
      )
      SELECT count(*) FROM written
      """;

  private static final String EXECUTION_REMOVE =
      "DELETE FROM {schema}.executions WHERE workflow_id = $1 AND execution_id = $2";

  private static final String COUNT =
      """
      SELECT count(*) FROM {schema}.%s WHERE $1
      """;

  private final SchemaName schema;
  private final int tag;

  Tables(EventTools tools) {
    this.schema = tools.schema();
    this.tag = tools.tag();
  }

  private String page(String sql, String columns) {
    return schema.in(sql).replace("{columns}", columns);
  }

  private String lock(String table) {
    return schema.in("LOCK TABLE {schema}.%s IN SHARE ROW EXCLUSIVE MODE".formatted(table));
  }

  private String count(String table) {
    return schema.in(COUNT.formatted(table));
  }

  TableTransfer.Table<Session> sessions() {
    return new TableTransfer.Table<>(
        page(SESSION_PAGE, SessionRows.COLUMNS),
        List.of(""),
        SessionRows::session,
        session -> List.of(session.id().value()),
        session -> session.details().data().sizeBytes() + 500,
        schema.in(SessionFloor.in(SESSION_LOAD, tag)),
        lock("sessions"),
        Session.KIND::encode,
        schema.in(SessionFloor.in(PostgresSessionStore.DELETE, tag)),
        count("sessions"));
  }

  TableTransfer.Table<DeadLetter> deadLetters() {
    return new TableTransfer.Table<>(
        page(DEAD_LETTER_PAGE, DeadLetterRows.COLUMNS),
        List.of("", ""),
        DeadLetterRows::letter,
        letter -> List.of(letter.key().job().value(), letter.key().item().value()),
        letter -> letter.data().sizeBytes() + 500 * letter.failures().size(),
        schema.in(DEAD_LETTER_LOAD),
        lock("dead_letter_states"),
        Tables::withSignature,
        schema.in(PostgresDeadLetterQueue.DELETE),
        count("dead_letters"));
  }

  private static Json withSignature(DeadLetter letter) {
    return new JsonWriter()
        .json("record", DeadLetter.KIND.encode(letter))
        .text("signature", letter.signature())
        .end();
  }

  TableTransfer.Table<Workflow> workflows() {
    return new TableTransfer.Table<>(
        page(WORKFLOW_PAGE, WorkflowRows.WORKFLOW),
        List.of(""),
        WorkflowRows::workflow,
        workflow -> List.of(workflow.id().value()),
        workflow -> workflow.details().content().sizeBytes() + 500,
        schema.in(WORKFLOW_LOAD),
        lock("workflows"),
        Workflow.KIND::encode,
        schema.in(PostgresWorkflowStore.DELETE),
        count("workflows"));
  }

  TableTransfer.Table<WorkflowExecution> executions() {
    return new TableTransfer.Table<>(
        page(EXECUTION_PAGE, WorkflowRows.EXECUTION),
        List.of("", ""),
        WorkflowRows::execution,
        execution -> List.of(execution.workflow().value(), execution.id().value()),
        execution -> execution.details().sizeBytes() + 500,
        schema.in(EXECUTION_LOAD),
        lock("executions"),
        WorkflowExecution.KIND::encode,
        schema.in(EXECUTION_REMOVE),
        count("executions"));
  }
}
