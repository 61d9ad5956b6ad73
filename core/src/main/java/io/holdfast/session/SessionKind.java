package io.holdfast.session;

import io.holdfast.CorruptDataException;
import io.holdfast.Json;
import io.holdfast.JsonFields;
import io.holdfast.JsonWriter;
import io.holdfast.Names;
import io.holdfast.RecordKind;
import io.holdfast.SessionId;
import java.util.Comparator;

/** Sessions as JSON. */
final class SessionKind implements RecordKind<Session> {

  @Override
  public String name() {
    return "sessions";
  }

  @Override
  public String key(Session record) {
    return record.id().value();
  }

  @Override
  public Comparator<Session> order() {
    return Comparator.comparing(session -> session.id().value(), Names.ORDER);
  }

  @Override
  public Json encode(Session record) {
    SessionDetails details = record.details();
    return new JsonWriter()
        .text("id", record.id().value())
        .number("version", record.version())
        .text("state", record.state().name())
        .text("type", details.type())
        .text("repository", details.repository())
        .text("worktree", details.worktree())
        .number("done", details.progress().done())
        .number("total", details.progress().total())
        .text("error", details.error())
        .time("createdAt", record.timing().createdAt())
        .time("updatedAt", record.timing().updatedAt())
        .time("finishedAt", record.timing().finishedAt())
        .json("data", details.data())
        .end();
  }

  @Override
  public Session decode(Json json) {
    JsonFields fields = JsonFields.of(json);
    return new Session(
        new SessionId(fields.text("id")),
        fields.number("version"),
        state(fields.text("state")),
        new SessionDetails(
            fields.text("type"),
            fields.text("repository"),
            fields.textOrNull("worktree"),
            new Progress(fields.number("done"), fields.number("total")),
            fields.json("data"),
            fields.textOrNull("error")),
        new SessionTiming(
            fields.time("createdAt"), fields.time("updatedAt"), fields.timeOrNull("finishedAt")));
  }

  private static SessionState state(String name) {
    try {
      return SessionState.valueOf(name);
    } catch (IllegalArgumentException e) {
      throw new CorruptDataException("Session state", name, e);
    }
  }
}
