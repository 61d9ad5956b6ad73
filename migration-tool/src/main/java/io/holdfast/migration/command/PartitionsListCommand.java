package io.holdfast.migration.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code holdfast partitions list}. */
@Command(
    name = "list",
    header = "List the months of events.",
    description = {
      "A line a month: where its events are, how many (about, with ~), their size and positions."
          + " 'detaching' is a month whose removal was broken off: drop it again."
    },
    footer = {
      "",
      "Examples:",
      "  holdfast partitions list --storage postgresql://app@db.example/app",
      "  holdfast partitions list --storage file:.holdfast --json"
    })
public final class PartitionsListCommand implements Callable<Integer> {

  @Mixin private final StorageOption storage = new StorageOption();
  @Mixin private final MonthsTable table = new MonthsTable();

  @Override
  public Integer call() {
    return Await.exitCode(
        storage.reading(opened -> table.print("", opened.events().months().list())));
  }
}
