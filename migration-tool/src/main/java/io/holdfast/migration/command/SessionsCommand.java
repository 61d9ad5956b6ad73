package io.holdfast.migration.command;

import picocli.CommandLine.Command;

/** {@code holdfast sessions}. */
@Command(
    name = "sessions",
    header = "List, show, watch, delete and prune runs.",
    subcommands = {
      SessionListCommand.class,
      SessionShowCommand.class,
      SessionWatchCommand.class,
      SessionDeleteCommand.class,
      SessionPruneCommand.class
    })
public final class SessionsCommand {}
