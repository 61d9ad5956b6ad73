package io.holdfast.migration.command;

import io.holdfast.UnifiedStorage;
import io.holdfast.event.EventMonth;
import io.holdfast.event.Removal;
import io.holdfast.event.Retention;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import reactor.core.publisher.Flux;

/** {@code holdfast partitions archive}. */
@Command(
    name = "archive",
    header = "Move months of events into the archive.",
    description = {
      "The archive is where the storage URL says: postgresql://...&archive=file:DIRECTORY; a storage"
          + " in files keeps its own. Events are read from there as before. They leave the log when"
          + " they were read back and compared. Asks for --yes, and without it only says what would"
          + " be archived. Refuses a month that is not over, or that a durable subscription has not"
          + " read, unless --force is given. What was broken off is finished by running it again."
    },
    footer = {
      "",
      "Examples:",
      "  holdfast partitions archive --storage \"$DATABASE_URL\" --older-than 90d --dry-run",
      "  holdfast partitions archive --storage \"$DATABASE_URL\" --month 2026-01 --yes"
    })
public final class PartitionsArchiveCommand implements Callable<Integer> {

  @Mixin private final StorageOption storage = new StorageOption();

  @ArgGroup(multiplicity = "1")
  private MonthsChoice choice = new MonthsChoice();

  @Mixin private final RemovalOptions removal = new RemovalOptions();
  @Mixin private final MonthsTable table = new MonthsTable();

  @Spec private CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() {
    Removal how = removal.checked(command.commandLine());
    return Await.exitCode(
        how.dryRun()
            ? storage.reading(opened -> table.print("Would be archived:", archive(opened, how)))
            : storage.using(opened -> table.print("Archived:", archive(opened, how))));
  }

  private Flux<EventMonth> archive(UnifiedStorage opened, Removal how) {
    return choice.months(
        month -> opened.events().months().archive(month, how),
        age -> opened.events().months().retain(Retention.archiving(age).with(how)));
  }
}
