package io.holdfast.postgres;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.holdfast.TimeSpan;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A WHERE clause that grows: each condition brings its value, and gets the next {@code $n}. */
final class Conditions {

  private final StringBuilder text = new StringBuilder("TRUE");
  private final List<Object> values = new ArrayList<>();

  @CanIgnoreReturnValue
  Conditions and(String condition, Object value) {
    return append(" AND ", condition, value);
  }

  @CanIgnoreReturnValue
  Conditions or(String condition, Object value) {
    return append(" OR ", condition, value);
  }

  /** Goes on with the condition before: a second value in it. */
  @CanIgnoreReturnValue
  Conditions with(String rest, Object value) {
    return append("", rest, value);
  }

  @CanIgnoreReturnValue
  Conditions andIfPresent(String condition, @Nullable Object value) {
    return value == null ? this : and(condition, value);
  }

  @CanIgnoreReturnValue
  Conditions within(String column, TimeSpan span) {
    return andIfPresent(column + " >= %s", span.from())
        .andIfPresent(column + " < %s", span.before());
  }

  /** The <code>$n</code> of a value that stands elsewhere in the statement. */
  String bind(Object value) {
    values.add(value);
    return "$" + values.size();
  }

  /** Fills the clause into {@code sql} at <code>{conditions}</code>. */
  Sql into(String sql) {
    return new Sql(sql.replace("{conditions}", text), values);
  }

  private Conditions append(String operator, String condition, Object value) {
    values.add(value);
    text.append(operator).append(condition.formatted("$" + values.size()));
    return this;
  }

  /** Fills the clause into {@code sql} at <code>{conditions}</code>. */
  Sql in(String sql) {
    if (values.isEmpty()) {
      and("%s", true);
    }
    return new Sql(sql.replace("{conditions}", text), values);
  }

  /** Fills the clause into {@code sql} at <code>{conditions}</code>, and the limit at {limit}. */
  Sql limited(String sql, int limit) {
    values.add(limit);
    return new Sql(
        sql.replace("{conditions}", text).replace("{limit}", "$" + values.size()), values);
  }
}
