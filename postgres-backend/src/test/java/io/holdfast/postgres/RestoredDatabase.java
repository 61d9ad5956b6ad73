package io.holdfast.postgres;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Iterator;
import java.util.UUID;
import org.postgresql.PGConnection;

/**
 * A database of a role of its own, into which a script was restored: line by line as psql reads it,
 * which is not among the embedded binaries.
 */
public final class RestoredDatabase implements AutoCloseable {

  private static final String COPY = " FROM stdin;";

  private final PostgresServer server;
  private final String name;
  private final PostgresConfiguration administrator;

  private RestoredDatabase(PostgresServer server, String name) {
    this.server = server;
    this.name = name;
    this.administrator = PostgresUrl.parse(server.currentUrl());
  }

  /** Makes the database beside the schema that {@code server}'s test works in. */
  public static RestoredDatabase of(PostgresServer server, String script) throws SQLException {
    String name = "restored_" + UUID.randomUUID().toString().substring(0, 8);
    RestoredDatabase made = new RestoredDatabase(server, name);
    made.administer("CREATE ROLE " + name + " LOGIN PASSWORD 'secret'");
    made.administer("CREATE DATABASE " + name + " OWNER " + name);
    try (Connection connection = made.jdbc()) {
      run(connection, script);
    }
    return made;
  }

  /** The URL of the restored store. */
  public String url() {
    return server
        .currentUrl()
        .replaceFirst("//[^@]*@([^/]*)/[^?]*", "//" + name + ":secret@$1/" + name);
  }

  /** A plain connection to it. */
  public Connection jdbc() throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://" + String.join(",", administrator.hosts()) + "/" + name,
        name,
        "secret");
  }

  private static void run(Connection connection, String script) throws SQLException {
    StringBuilder statements = new StringBuilder();
    Iterator<String> lines = lines(script);
    while (lines.hasNext()) {
      String line = lines.next();
      if (line.startsWith("COPY ") && line.endsWith(COPY)) {
        execute(connection, statements.toString());
        statements.setLength(0);
        copy(connection, line, lines);
      } else if (!line.startsWith("\\set ")) {
        statements.append(line).append('\n');
      }
    }
    execute(connection, statements.toString());
  }

  /** Not {@code String.lines}, which ends one at a carriage return, too. */
  private static Iterator<String> lines(String script) {
    return Arrays.asList(script.split("\n", -1)).iterator();
  }

  private static void copy(Connection connection, String statement, Iterator<String> lines)
      throws SQLException {
    StringBuilder rows = new StringBuilder();
    String line = lines.next();
    while (!line.equals("\\.")) {
      rows.append(line).append('\n');
      line = lines.next();
    }
    try {
      var unused =
          connection
              .unwrap(PGConnection.class)
              .getCopyAPI()
              .copyIn(statement, new StringReader(rows.toString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private void administer(String sql) throws SQLException {
    try (Connection connection = server.jdbc()) {
      execute(connection, sql);
    }
  }

  @Override
  public void close() throws SQLException {
    administer("DROP DATABASE " + name + " WITH (FORCE)");
    administer("DROP ROLE " + name);
  }
}
