package io.holdfast.migration.command;

import io.holdfast.event.Removal;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How careful to be about taking months out of a log. */
public final class RemovalOptions {

  @Option(
      names = "--force",
      description =
          "Also a month that is not over, or that a durable subscription has not read yet.")
  private boolean force;

  @Mixin private final Consent consent = new Consent();

  Removal checked(CommandLine command) {
    return new Removal(force, consent.isDryRun(command));
  }
}
