package io.holdfast.migration.command;

import picocli.CommandLine.Command;

/** {@code holdfast workflows}. */
@Command(
    name = "workflows",
    header = "List and show workflow definitions and their executions.",
    subcommands = {WorkflowListCommand.class, WorkflowShowCommand.class})
public final class WorkflowsCommand {}
