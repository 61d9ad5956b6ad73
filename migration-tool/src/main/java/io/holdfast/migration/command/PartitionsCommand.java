package io.holdfast.migration.command;

import picocli.CommandLine.Command;

/** {@code holdfast partitions}. */
@Command(
    name = "partitions",
    header = "List, make, archive and drop the months of events.",
    subcommands = {
      PartitionsListCommand.class,
      PartitionsCreateCommand.class,
      PartitionsArchiveCommand.class,
      PartitionsDropCommand.class
    })
public final class PartitionsCommand {}
