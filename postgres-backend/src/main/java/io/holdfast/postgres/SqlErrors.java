package io.holdfast.postgres;

import io.holdfast.CorruptDataException;
import io.holdfast.Json;
import io.holdfast.MovedException;
import io.holdfast.UnavailableException;
import io.holdfast.transfer.Moved;
import io.r2dbc.postgresql.api.ErrorDetails;
import io.r2dbc.postgresql.api.PostgresqlException;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.R2dbcTimeoutException;
import io.r2dbc.spi.R2dbcTransientException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The one place where SQLSTATE becomes a storage error. */
final class SqlErrors {

  private static final String UNIQUE_VIOLATION = "23505";
  private static final String CHECK_VIOLATION = "23514";
  private static final String UNDEFINED_TABLE = "42P01";
  private static final String NO_PRIVILEGE = "42501";
  private static final String SERIALIZATION_FAILURE = "40001";
  private static final String DEADLOCK = "40P01";
  private static final String LOCK_NOT_AVAILABLE = "55P03";
  private static final String QUERY_CANCELED = "57014";
  private static final String READ_ONLY = "25006";
  private static final String DATA_CORRUPTED = "XX001";
  private static final String INDEX_CORRUPTED = "XX002";

  /** Of our own: the schema's trigger says so. */
  private static final String MOVED = "HFMVD";

  /** How a schema is opened that has moved. */
  private static final String READING = "upgrade=no";

  private SqlErrors() {}

  /** Storage errors and foreign exceptions pass; what the driver says is translated. */
  static Throwable translate(Throwable error) {
    if (error instanceof R2dbcException e) {
      return translate(e);
    }
    return error instanceof IOException || error instanceof TimeoutException
        ? new UnavailableException("PostgreSQL is unavailable: " + error.getMessage(), error)
        : error;
  }

  private static Throwable translate(R2dbcException e) {
    String state = stateOf(e);
    if (state.equals(MOVED) && e instanceof PostgresqlException refusal) {
      ErrorDetails details = refusal.getErrorDetails();
      Moved moved = Moved.decode(Json.of(details.getDetail().orElse("")));
      return moved(details.getSchemaName().orElse(""), moved, e);
    }
    if (isUnavailable(e, state)) {
      return new UnavailableException(
          "PostgreSQL is unavailable" + (state.isEmpty() ? "" : " [" + state + "]") + ": " + why(e),
          e);
    }
    if (state.equals(DATA_CORRUPTED) || state.equals(INDEX_CORRUPTED)) {
      return new CorruptDataException(
          "PostgreSQL [" + state + "]", String.valueOf(e.getMessage()), e);
    }
    return new SqlStateException(state, e);
  }

  /** What whoever would write to a schema that has moved hears. */
  static MovedException moved(String schema, Moved moved, @Nullable Throwable cause) {
    String what = "Schema " + schema;
    return cause == null
        ? new MovedException(what, moved, READING)
        : new MovedException(what, moved, READING, cause);
  }

  /**
   * The driver says "cannot connect" to an address that is "unresolved", whether nobody knows the
   * name or the port is closed.
   */
  private static String why(R2dbcException e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    if (root instanceof UnknownHostException) {
      return "unknown host " + root.getMessage();
    }
    String message = String.valueOf(e.getMessage()).replace("/<unresolved>", "");
    return root instanceof ConnectException ? message + ": connection refused" : message;
  }

  private static boolean isUnavailable(R2dbcException e, String state) {
    return e instanceof R2dbcTransientException
        || e instanceof R2dbcTimeoutException
        || e instanceof R2dbcNonTransientResourceException
        || state.startsWith("08") // connection exception
        || state.startsWith("28") // invalid authorization: the server refuses this user
        || state.startsWith("3D") // no such database
        || state.startsWith("40") // transaction rollback: serialization failure, deadlock
        || state.startsWith("53") // insufficient resources
        || state.startsWith("57P") // admin shutdown, crash shutdown, cannot connect now
        || state.equals(NO_PRIVILEGE)
        || state.equals(QUERY_CANCELED)
        || state.equals(LOCK_NOT_AVAILABLE)
        || state.equals(READ_ONLY);
  }

  /** The server does not let us, and will not until somebody has changed something. */
  static boolean isRefusal(Throwable error) {
    String state = causeOf(error);
    return state.startsWith("28") || state.startsWith("3D") || state.equals(NO_PRIVILEGE);
  }

  /** The statement has taken too long, or somebody has cancelled it. */
  static boolean isCancelled(Throwable error) {
    return causeOf(error).equals(QUERY_CANCELED);
  }

  /** The server has rolled it back, could not fit it in, and may be able to next time. */
  static boolean isRolledBack(Throwable error) {
    String state = causeOf(error);
    return state.equals(SERIALIZATION_FAILURE)
        || state.equals(DEADLOCK)
        || error.getCause() instanceof RolledBack;
  }

  /** As if the server had said so: a key was taken by what this transaction could not see. */
  static UnavailableException rolledBack(String why, Throwable cause) {
    return new UnavailableException(why, new RolledBack(cause));
  }

  private static String causeOf(Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof R2dbcException e && !stateOf(e).isEmpty()) {
        return stateOf(e);
      }
    }
    return "";
  }

  /** A key that is taken. */
  static boolean isUniqueViolation(Throwable error) {
    return hasState(error, UNIQUE_VIOLATION);
  }

  /**
   * A row for a month without partition: PostgreSQL reports it as a check violation, in the
   * language of the server. The tables that are written with events have no check of their own.
   */
  static boolean isMissingPartition(Throwable error) {
    return hasState(error, CHECK_VIOLATION);
  }

  /** A table that is not there, or not any more. */
  static boolean isMissingTable(Throwable error) {
    return hasState(error, UNDEFINED_TABLE);
  }

  /** A lock was waited for as long as the transaction may. */
  static boolean isLockTimeout(Throwable error) {
    return error instanceof UnavailableException
        && error.getCause() instanceof R2dbcException e
        && stateOf(e).equals(LOCK_NOT_AVAILABLE);
  }

  private static boolean hasState(Throwable error, String state) {
    return error instanceof SqlStateException e && e.state.equals(state);
  }

  private static String stateOf(R2dbcException e) {
    return Optional.ofNullable(e.getSqlState()).orElse("");
  }

  /** Marks what fits in when it is run again. */
  private static final class RolledBack extends RuntimeException {

    private static final long serialVersionUID = 1L;

    RolledBack(Throwable cause) {
      super(cause);
    }
  }

  /** A refusal by the server that nobody has handled: a bug of this library. */
  private static final class SqlStateException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    private final String state;

    SqlStateException(String state, R2dbcException cause) {
      super("Unexpected SQLSTATE [" + state + "]: " + cause.getMessage(), cause);
      this.state = state;
    }
  }
}
