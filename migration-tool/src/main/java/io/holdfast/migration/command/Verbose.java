package io.holdfast.migration.command;

import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.ScopeType;

/** How much every command says about its inner workings. */
public final class Verbose {

  private static final String LOG_LEVEL = "org.slf4j.simpleLogger.defaultLogLevel";

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Show stack traces, and what the library logs.")
  private boolean asked;

  /** True if there is to be more than a line. */
  boolean isAsked() {
    return asked;
  }

  /** Executes a command; before anything is logged, chooses how much of it is seen. */
  public int execute(ParseResult parsed) {
    if (asked) {
      System.setProperty(LOG_LEVEL, "info");
    }
    return new RunLast().execute(parsed);
  }
}
