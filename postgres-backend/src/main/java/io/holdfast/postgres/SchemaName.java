package io.holdfast.postgres;

import io.holdfast.InvalidInputException;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * The schema that holds one store. SQL names it as <code>{schema}</code>, filled in once when a
 * class is made: unlike a search path, that also holds behind a pooler that shares prepared
 * statements.
 */
record SchemaName(String value) {

  private static final Pattern LEGAL = Pattern.compile("[a-z_][a-z0-9_]{0,39}");

  SchemaName {
    Objects.requireNonNull(value, "schema");
    if (!LEGAL.matcher(value).matches() || value.startsWith("pg_")) {
      throw new InvalidInputException(
          "schema", "lower-case letters, digits and _, at most 40, not pg_: was " + value);
    }
  }

  String in(String sql) {
    return sql.replace("{schema}", value);
  }
}
