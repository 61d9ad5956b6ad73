package io.holdfast.postgres;

import io.r2dbc.postgresql.codec.Json;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Parameters;
import io.r2dbc.spi.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A statement and what is bound to it as {@code $1}, {@code $2}, ... There is always at least one:
 * when a statement without parameters is cancelled, r2dbc-postgresql 1.1.1 loses its connection.
 */
record Sql(String text, List<Object> arguments) {

  Sql {
    arguments = List.copyOf(arguments);
    if (arguments.isEmpty()) {
      throw new IllegalArgumentException("Bind at least one parameter: " + text);
    }
  }

  static Sql of(String text, Object... arguments) {
    return new Sql(text, List.of(arguments));
  }

  /** A text, or a null that says it is one. */
  static Object text(@Nullable String value) {
    return value == null ? Parameters.in(String.class) : value;
  }

  /** Bytes, or a null that says it is them. */
  static Object bytes(byte @Nullable [] value) {
    return value == null ? Parameters.in(byte[].class) : value;
  }

  /** Any value, or a null of its type. */
  static <T> Object orNull(Class<T> type, @Nullable T value) {
    return value == null ? Parameters.in(type) : value;
  }

  /** A document. */
  static Object json(io.holdfast.Json value) {
    return Json.of(value.utf8());
  }

  /** A document, or a null of its type. */
  static Object jsonOrNull(io.holdfast.@Nullable Json value) {
    return value == null ? Parameters.in(Json.class) : json(value);
  }

  Statement on(Connection connection) {
    Statement statement = connection.createStatement(text);
    for (int i = 0; i < arguments.size(); i++) {
      statement.bind(i, arguments.get(i));
    }
    return statement;
  }
}
