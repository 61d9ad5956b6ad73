package io.holdfast.session;

import io.holdfast.SessionId;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Which sessions a watch is about: one, or those that match a filter. */
sealed interface Selection {

  boolean matches(Session session);

  /** The next {@code rows} that are there behind {@code last}, in the order of the list. */
  Mono<List<Session>> page(SessionWatches.Source source, @Nullable Session last, int rows);

  /** One session. */
  record One(SessionId id) implements Selection {

    public One {
      Objects.requireNonNull(id, "id");
    }

    @Override
    public boolean matches(Session session) {
      return session.id().equals(id);
    }

    @Override
    public Mono<List<Session>> page(
        SessionWatches.Source source, @Nullable Session last, int rows) {
      return source.find(List.of(id));
    }
  }

  /** All that match; the filter has no place. */
  record Matching(SessionFilter filter) implements Selection {

    static Matching of(SessionFilter filter) {
      return new Matching(filter.withoutPlace());
    }

    @Override
    public boolean matches(Session session) {
      return filter.matches(session);
    }

    @Override
    public Mono<List<Session>> page(
        SessionWatches.Source source, @Nullable Session last, int rows) {
      return source.list((last == null ? filter : filter.after(last)).limit(rows));
    }
  }
}
