package io.holdfast.migration.prodigy;

import io.holdfast.Json;
import io.holdfast.SessionId;
import io.holdfast.session.Progress;
import io.holdfast.session.Session;
import io.holdfast.session.SessionDetails;
import io.holdfast.session.SessionState;
import io.holdfast.session.SessionTiming;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A session of any layout as a session. The whole document is its data; what Prodigy keeps in other
 * files about it stands there under {@code _prodigy}.
 */
final class SessionMapping {

  private final Members from;
  private final String repository;

  private SessionMapping(Members from, String repository) {
    this.from = from;
    this.repository = repository;
  }

  /** The id of a session of any layout. */
  static String id(Shape shape, Members from) {
    return from.required(shape == Shape.LEGACY_SESSION ? "session_id" : "id");
  }

  /** The job that a session runs, if it says so. */
  static @Nullable String job(Members from) {
    return from.object("mapreduce_data").text("job_id");
  }

  /** {@code from} as a session; fails with {@link Rejected} if it cannot be one. */
  static Session map(Shape shape, Members from, String repository) {
    SessionMapping mapping = new SessionMapping(from, repository);
    return switch (shape) {
      case SESSION -> mapping.today();
      case OLD_SESSION -> mapping.old();
      case LEGACY_SESSION -> mapping.legacy();
      default -> mapping.oldest();
    };
  }

  private Session today() {
    Instant started = from.requiredTime("started_at");
    Instant updated = from.time("updated_at", started);
    SessionState state = state(from.required("status"));
    return session(
        Shape.SESSION,
        state,
        new SessionDetails(
            from.text("session_type", "Workflow"),
            repository,
            from.object("workflow_data").name("worktree_name"),
            progress(),
            Json.EMPTY,
            Texts.kept(from.text("error"), from.notes())),
        timing(state, started, updated, from.time("completed_at")));
  }

  private Session old() {
    Instant started = from.requiredTime("started_at");
    SessionState state = state(from.required("state"));
    return session(
        Shape.OLD_SESSION,
        state,
        details(from.name("worktree_name"), null),
        timing(state, started, from.time("updated_at", started), null));
  }

  private Session legacy() {
    Instant started = from.requiredTime("started_at");
    Instant ended = from.time("ended_at");
    SessionState state = state(from.required("status"));
    return session(
        Shape.LEGACY_SESSION,
        state,
        details(from.name("worktree_name"), Texts.lines(from.node("errors"))),
        timing(state, started, ended == null ? started : ended, ended));
  }

  private Session oldest() {
    Instant started = from.time("started_at");
    if (started == null) {
      started = from.time("created_at", Texts.firstTime(from));
    }
    SessionState state = state(Texts.variant(from.node("state")));
    return session(
        Shape.OLDEST_SESSION,
        state,
        details(null, null),
        timing(state, started, from.time("updated_at", started), null));
  }

  private SessionDetails details(@Nullable String worktree, @Nullable String error) {
    Progress progress = new Progress(from.number("iterations_completed", 0), 0);
    return new SessionDetails(
        "Workflow", repository, worktree, progress, Json.EMPTY, Texts.kept(error, from.notes()));
  }

  private Session session(
      Shape shape, SessionState state, SessionDetails details, SessionTiming timing) {
    Json data = Document.json(from.object());
    return new Session(new SessionId(id(shape, from)), 1, state, details.withData(data), timing);
  }

  /** Items of a job, steps of a workflow. */
  private Progress progress() {
    Members job = from.object("mapreduce_data");
    Members workflow = from.object("workflow_data");
    boolean isJob = !job.object().isEmpty();
    long done = isJob ? job.number("processed_items", 0) : workflow.number("current_step", 0);
    long total = isJob ? job.number("total_items", 0) : workflow.number("total_steps", 0);
    if (total > 0 && done > total) {
      from.notes().add(Notes.PROGRESS_CAPPED);
      return new Progress(total, total);
    }
    return new Progress(done, total);
  }

  /** A finished session has a time of finish, and no other has one. */
  private SessionTiming timing(
      SessionState state, Instant started, Instant updated, @Nullable Instant finished) {
    if (state.isFinished() != (finished != null)) {
      from.notes().add(Notes.TIME_ASSUMED);
    }
    Instant end = finished == null ? updated : finished;
    return new SessionTiming(started, updated, state.isFinished() ? end : null);
  }

  private static SessionState state(String name) {
    return switch (name) {
      case "Initializing", "Created" -> SessionState.INITIALIZING;
      case "Running", "InProgress" -> SessionState.RUNNING;
      case "Paused", "Interrupted" -> SessionState.PAUSED;
      case "Completed" -> SessionState.COMPLETED;
      case "Failed" -> SessionState.FAILED;
      case "Cancelled" -> SessionState.CANCELLED;
      default -> throw new Rejected("unknown-state", "state " + name);
    };
  }
}
