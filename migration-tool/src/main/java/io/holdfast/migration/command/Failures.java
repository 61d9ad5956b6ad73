package io.holdfast.migration.command;

import io.holdfast.InvalidInputException;
import io.holdfast.StorageException;
import io.holdfast.UnavailableException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import reactor.core.Exceptions;

/** Says what went wrong, in one line without secrets, and chooses the exit code. */
public final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {

  private final Verbose verbose;

  /** {@code verbose} decides whether stack traces are shown. */
  public Failures(Verbose verbose) {
    this.verbose = verbose;
  }

  @Override
  public int handleExecutionException(Exception thrown, CommandLine command, ParseResult parsed) {
    Throwable cause = Exceptions.unwrap(thrown);
    PrintWriter err = command.getErr();
    err.println(Secrets.removeFrom("holdfast: " + message(cause)));
    if (verbose.isAsked()) {
      err.print(Secrets.removeFrom(stackTrace(cause)));
    }
    err.flush();
    return exitCode(cause);
  }

  @Override
  public int handleParseException(ParameterException thrown, String[] args) {
    CommandLine command = thrown.getCommandLine();
    PrintWriter err = command.getErr();
    err.println(Secrets.removeFrom("holdfast: " + thrown.getMessage() + choices(thrown)));
    err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    err.flush();
    return ExitCode.USAGE;
  }

  /** What there is to choose from where a group of commands stands alone. */
  private static String choices(ParameterException thrown) {
    return "Missing required subcommand".equals(thrown.getMessage())
        ? ": "
            + thrown.getCommandLine().getSubcommands().entrySet().stream()
                .filter(command -> !command.getValue().getCommandSpec().usageMessage().hidden())
                .map(Map.Entry::getKey)
                .collect(Collectors.joining(", "))
        : "";
  }

  private static String message(Throwable cause) {
    Throwable inner = cause.getCause();
    if (cause instanceof UncheckedIOException && inner != null) {
      return message(inner);
    }
    if (cause instanceof FileSystemException file && file.getFile() != null) {
      return "Cannot use " + file.getFile() + ": " + reason(file);
    }
    String message = cause.getMessage();
    boolean forUsers =
        cause instanceof StorageException
            || cause instanceof Failed
            || cause instanceof Interrupted;
    // Anything else is a bug: its name is part of what there is to know.
    return forUsers && message != null ? message : "unexpected: " + cause;
  }

  private static String reason(FileSystemException file) {
    if (file instanceof NoSuchFileException) {
      return "there is no such file or directory";
    }
    if (file instanceof AccessDeniedException) {
      return "access is denied";
    }
    String reason = file.getReason();
    return reason == null ? file.getClass().getSimpleName() : reason;
  }

  private static int exitCode(Throwable cause) {
    if (cause instanceof InvalidInputException) {
      return ExitCode.USAGE;
    }
    if (cause instanceof Interrupted) {
      return ExitCode.INTERRUPTED;
    }
    return cause instanceof UnavailableException ? ExitCode.UNAVAILABLE : ExitCode.FAILED;
  }

  private static String stackTrace(Throwable cause) {
    StringWriter text = new StringWriter();
    cause.printStackTrace(new PrintWriter(text, true));
    return text.toString();
  }
}
