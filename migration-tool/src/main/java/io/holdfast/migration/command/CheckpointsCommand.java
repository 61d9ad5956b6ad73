package io.holdfast.migration.command;

import picocli.CommandLine.Command;

/** {@code holdfast checkpoints}. */
@Command(
    name = "checkpoints",
    header = "List, show, export, import and prune saved progress.",
    subcommands = {
      CheckpointListCommand.class,
      CheckpointShowCommand.class,
      CheckpointExportCommand.class,
      CheckpointImportCommand.class,
      CheckpointPruneCommand.class
    })
public final class CheckpointsCommand {}
