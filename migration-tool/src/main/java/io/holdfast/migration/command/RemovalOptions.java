package io.holdfast.migration.command;

import io.holdfast.event.Removal;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** How careful to be about taking months out of a log. */
public final class RemovalOptions {

  @Option(
      names = "--force",
      description =
          "Also a month that is not over, or that a durable subscription has not read yet.")
  private boolean force;

  @Option(names = "--dry-run", description = "Only say what would be done.")
  private boolean dryRun;

  @Option(names = "--yes", description = "Do it. Without it or --dry-run nothing is done.")
  private boolean yes;

  Removal checked(CommandLine command) {
    if (yes == dryRun) {
      throw new ParameterException(
          command, "say either --yes to do it, or --dry-run to see what would be done");
    }
    return new Removal(force, dryRun);
  }
}
