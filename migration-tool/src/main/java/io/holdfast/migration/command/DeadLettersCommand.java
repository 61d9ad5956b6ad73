package io.holdfast.migration.command;

import picocli.CommandLine.Command;

/** {@code holdfast dlq}. */
@Command(
    name = "dlq",
    aliases = "dead-letters",
    header = "List, show, analyse, retry, purge, export and import dead letters.",
    subcommands = {
      LetterListCommand.class,
      LetterShowCommand.class,
      LetterPatternsCommand.class,
      LetterRetryCommand.class,
      LetterPurgeCommand.class,
      LetterExportCommand.class,
      LetterImportCommand.class
    })
public final class DeadLettersCommand {}
