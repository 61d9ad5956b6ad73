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

/** {@code holdfast partitions drop}. */
@Command(
    name = "drop",
    header = "Remove months of events for good.",
    description = {
      "From the log and from the archive. Asks for --yes, and without it only says what would go. Refuses a month that is not over,"
          + " or that a durable subscription has not read, unless --force is given. Appends and"
          + " reads go on meanwhile. What was broken off is finished by running it again."
    },
    footer = {
      "",
      "Examples:",
      "  holdfast partitions drop --storage \"$DATABASE_URL\" --older-than 90d --dry-run",
      "  holdfast partitions drop --storage \"$DATABASE_URL\" --month 2026-01 --yes"
    })
public final class PartitionsDropCommand implements Callable<Integer> {

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
            ? storage.reading(opened -> table.print("Would be dropped:", drop(opened, how)))
            : storage.using(opened -> table.print("Dropped:", drop(opened, how))));
  }

  private Flux<EventMonth> drop(UnifiedStorage opened, Removal how) {
    return choice.months(
        month -> opened.events().months().drop(month, how),
        age -> opened.events().months().retain(Retention.of(age).with(how)));
  }
}
