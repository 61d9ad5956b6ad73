package io.holdfast.migration.command;

import picocli.CommandLine.Command;

/** {@code holdfast sessions}. */
@Command(
    name = "sessions",
    header = "List, show, watch and delete runs.",
    subcommands = {
      SessionListCommand.class,
      SessionShowCommand.class,
      SessionWatchCommand.class,
      SessionDeleteCommand.class
    })
public final class SessionsCommand {}
