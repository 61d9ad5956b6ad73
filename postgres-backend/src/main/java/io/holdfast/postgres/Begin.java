package io.holdfast.postgres;

import io.holdfast.Isolation;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.IsolationLevel;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * How a transaction begins, in one round trip: its level, whatever the role's default, and how long
 * each of its statements may take, if that is less than on this connection.
 */
record Begin(IsolationLevel level, @Nullable Duration statements) {

  static final Begin PLAIN = new Begin(IsolationLevel.READ_COMMITTED, null);

  /** All of its statements see the same moment. */
  static final Begin SNAPSHOT = new Begin(IsolationLevel.REPEATABLE_READ, null);

  private static final String LIMIT = "SELECT set_config('statement_timeout', $1, true)";

  /** At {@code isolation}, for a transaction that has {@code left} to live. */
  static Begin of(Isolation isolation, Duration left, Duration usual) {
    return new Begin(level(isolation), left.compareTo(usual) < 0 ? left : null);
  }

  private static IsolationLevel level(Isolation isolation) {
    return switch (isolation) {
      case READ_COMMITTED -> IsolationLevel.READ_COMMITTED;
      case REPEATABLE_READ -> IsolationLevel.REPEATABLE_READ;
      case SERIALIZABLE -> IsolationLevel.SERIALIZABLE;
    };
  }

  Mono<Void> on(Connection connection) {
    Mono<Void> begin = Mono.from(connection.beginTransaction(level));
    if (statements == null) {
      return begin;
    }
    // 0 would mean no limit.
    Sql limit = Sql.of(LIMIT, Long.toString(Math.max(1, statements.toMillis())));
    return Together.of(begin, new BoundConnection(connection).list(limit, row -> row.text(0)));
  }
}
