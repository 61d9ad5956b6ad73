package io.holdfast.migration.command;

import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** What takes something away is told to do it, or to say only what it would do. */
public final class Consent {

  @Option(names = "--dry-run", description = "Only say what would be done.")
  private boolean dryRun;

  @Option(names = "--yes", description = "Do it. Without it or --dry-run nothing is done.")
  private boolean yes;

  /** True if nothing is to be done. */
  boolean isDryRun(CommandLine command) {
    if (yes == dryRun) {
      throw new ParameterException(
          command, "say either --yes to do it, or --dry-run to see what would be done");
    }
    return dryRun;
  }
}
