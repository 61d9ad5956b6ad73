package io.holdfast.migration.command;

import picocli.CommandLine.Command;

/** {@code holdfast workflows}. */
@Command(
    name = "workflows",
    header = "List and show workflow definitions and their executions, and prune those.",
    subcommands = {
      WorkflowListCommand.class,
      WorkflowShowCommand.class,
      WorkflowPruneCommand.class
    })
public final class WorkflowsCommand {}
