package io.holdfast.migration.command;

import io.holdfast.Json;
import io.holdfast.JsonWriter;
import io.holdfast.StorageTime;
import io.holdfast.session.Progress;
import io.holdfast.session.Session;
import io.holdfast.session.SessionChange;
import io.holdfast.session.SessionDetails;
import io.holdfast.session.SessionState;
import io.holdfast.session.SessionStats;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sessions as people and programs read them. */
final class SessionText {

  /** For changes, which come one by one: a table knows all of its rows. */
  private static final String ROW = "%-28s  %-12s  %7s  %-12s  %-20s  %11s  %s";

  private static final int TEXT_MAX = 60;

  private SessionText() {}

  /** A table, a session a line. */
  static void table(PrintWriter out, List<Session> sessions) {
    Table table =
        new Table()
            .left("session")
            .left("state")
            .right("version")
            .left("type")
            .left("repository")
            .right("progress")
            .left("created");
    sessions.forEach(
        session -> table.row(cells(session, StorageTime.format(session.timing().createdAt()))));
    table.print(out);
  }

  private static Object[] cells(Session session, String end) {
    SessionDetails details = session.details();
    return new Object[] {
      session.id(),
      word(session.state()),
      session.version(),
      details.type(),
      details.repository(),
      text(details.progress()),
      end
    };
  }

  private static String row(Object... cells) {
    return String.format(Locale.ROOT, ROW, cells).stripTrailing();
  }

  private static String word(SessionState state) {
    return state.name().toLowerCase(Locale.ROOT);
  }

  private static String text(Progress progress) {
    return progress.done() + " of " + (progress.total() == 0 ? "?" : progress.total());
  }

  /** One line about what has become of a session. */
  static String line(SessionChange change) {
    if (change instanceof SessionChange.Current current) {
      return row(cells(current.session(), updated(current.session())));
    }
    if (change instanceof SessionChange.Left left) {
      return row(cells(left.session(), updated(left.session()) + "  matches no longer"));
    }
    return row(change.id(), "deleted", "", "", "", "", "");
  }

  private static String updated(Session session) {
    return StorageTime.format(session.timing().updatedAt());
  }

  static Json json(SessionChange change) {
    JsonWriter json = new JsonWriter();
    if (change instanceof SessionChange.Current current) {
      return json.text("change", "current").json("session", json(current.session())).end();
    }
    if (change instanceof SessionChange.Left left) {
      return json.text("change", "left").json("session", json(left.session())).end();
    }
    return json.text("change", "deleted").text("id", change.id().value()).end();
  }

  /** The whole record, as an export has it. */
  static Json json(Session session) {
    return Session.KIND.encode(session);
  }

  /** Everything about one, in lines. */
  static void details(PrintWriter out, Session session) {
    SessionDetails details = session.details();
    Instant finished = session.timing().finishedAt();
    field(out, "session", session.id());
    field(out, "state", word(session.state()));
    field(out, "version", session.version());
    field(out, "type", details.type());
    field(out, "repository", details.repository());
    field(out, "worktree", details.worktree());
    field(out, "progress", text(details.progress()));
    field(out, "created", StorageTime.format(session.timing().createdAt()));
    field(out, "updated", updated(session));
    field(out, "finished", finished == null ? null : StorageTime.format(finished));
    field(out, "duration", seconds(session.timing().duration()));
    field(out, "error", details.error());
    field(out, "data", details.data());
    out.flush();
  }

  private static void field(PrintWriter out, String name, @Nullable Object value) {
    if (value != null) {
      out.printf(Locale.ROOT, "%-10s  %s%n", name, value);
    }
  }

  private static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%,.3f s", duration.toNanos() / 1e9);
  }

  /** Many in numbers, in lines. */
  static void stats(PrintWriter out, SessionStats stats) {
    field(out, "sessions", String.format(Locale.ROOT, "%,d", stats.sessions()));
    for (SessionState state : SessionState.values()) {
      Long count = stats.byState().get(state);
      field(out, "", count == null ? null : String.format("%,d %s", count, word(state)));
    }
    field(out, "failing", String.format(Locale.ROOT, "%,d", stats.failing()));
    field(out, "progress", stats.progress().done() + " of " + stats.progress().total());
    field(out, "duration", seconds(stats.duration()));
    field(out, "average", seconds(stats.averageDuration()));
    out.flush();
  }

  static Json json(SessionStats stats) {
    Map<String, Object> states = new LinkedHashMap<>();
    for (SessionState state : SessionState.values()) {
      states.put(state.name(), stats.byState().getOrDefault(state, 0L));
    }
    return new JsonWriter()
        .number("sessions", stats.sessions())
        .json("byState", Json.from(states))
        .number("failing", stats.failing())
        .number("done", stats.progress().done())
        .number("total", stats.progress().total())
        .text("duration", stats.duration().toString())
        .text("averageDuration", stats.averageDuration().toString())
        .time("firstCreatedAt", stats.firstCreatedAt())
        .time("lastUpdatedAt", stats.lastUpdatedAt())
        .end();
  }

  static String deletion(Session session, boolean dryRun) {
    String error = session.details().error();
    return session.id()
        + (dryRun ? ": would be deleted, " : ": deleted, was ")
        + word(session.state())
        + " at version "
        + session.version()
        + (error == null ? "" : ", " + cut(error));
  }

  private static String cut(String text) {
    return text.length() <= TEXT_MAX ? text : text.substring(0, TEXT_MAX) + "...";
  }

  static Json deleted(Session session, boolean dryRun) {
    return new JsonWriter().json("session", json(session)).flag("dryRun", dryRun).end();
  }
}
