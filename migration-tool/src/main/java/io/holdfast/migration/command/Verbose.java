package io.holdfast.migration.command;

import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;

/** How much a command says about its inner workings. */
public final class Verbose {

  /** Asks for more than a line: stack traces, and what the library logs. */
  public static final String OPTION = "--verbose";

  private static final String LOG_LEVEL = "org.slf4j.simpleLogger.defaultLogLevel";

  private Verbose() {}

  /** Executes a command; before anything is logged, chooses how much of it is seen. */
  public static int execute(ParseResult parsed) {
    if (isAskedFor(parsed)) {
      System.setProperty(LOG_LEVEL, "info");
    }
    return new RunLast().execute(parsed);
  }

  static boolean isAskedFor(ParseResult parsed) {
    OptionSpec option = parsed.commandSpec().root().findOption(OPTION);
    return option != null && Boolean.TRUE.equals(option.getValue());
  }
}
