package io.holdfast.migration.command;

import java.time.YearMonth;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import reactor.core.publisher.Flux;

/** {@code holdfast partitions create}. */
@Command(
    name = "create",
    header = "Make months of events.",
    description = {
      "Months are made by themselves, ahead of time and when an event needs one. Making them before"
          + " an import of old events saves the import from waiting. Harmless if they are there."
    },
    footer = {
      "",
      "Example:",
      "  holdfast partitions create --storage \"$DATABASE_URL\" --month 2026-01 --month 2026-02"
    })
public final class PartitionsCreateCommand implements Callable<Integer> {

  @Mixin private final StorageOption storage = new StorageOption();

  @Option(
      names = "--month",
      required = true,
      paramLabel = "MONTH",
      description = "A month like 2026-01; may be given several times.")
  private List<YearMonth> months = List.of();

  @Mixin private final MonthsTable table = new MonthsTable();

  @Override
  public Integer call() {
    return Await.exitCode(
        storage.using(
            opened ->
                table.print(
                    "Made, or already there:",
                    Flux.fromIterable(months)
                        .concatMap(month -> opened.events().months().create(month)))));
  }
}
