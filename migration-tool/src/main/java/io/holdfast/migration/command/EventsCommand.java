package io.holdfast.migration.command;

import picocli.CommandLine.Command;

/** {@code holdfast events}. */
@Command(
    name = "events",
    header = "Read and write the history of jobs.",
    subcommands = {TailCommand.class, QueryCommand.class, AppendCommand.class})
public final class EventsCommand {}
