package io.holdfast.migration.command;

import picocli.CommandLine.Command;

/** {@code holdfast locks}. */
@Command(
    name = "locks",
    header = "See who holds which lock, and end leases.",
    subcommands = {LockListCommand.class, LockReleaseCommand.class})
public final class LocksCommand {}
