package io.holdfast.migration.command;

import io.holdfast.migration.report.Migration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code holdfast verify}. */
@Command(
    name = "verify",
    header = "Compare two storages record by record.",
    description = {
      "Reads both storages side by side and compares the SHA-256 of every record in canonical"
          + " form. Writes nothing. Ends with 1 if anything differs."
    },
    footer = {
      "",
      "Examples:",
      "  holdfast verify --from file:/var/lib/app --to postgresql://app@db.example/app",
      "  holdfast verify --from \"$OLD\" --to \"$NEW\" --report differences.json"
    })
public final class VerifyCommand implements Callable<Integer> {

  @Mixin private final FromTo storages = new FromTo();

  @Mixin private final ReportOption report = new ReportOption();

  @Override
  public Integer call() {
    report.requireWritable();
    storages.requireWholeSource();
    storages.requireWholeTarget();
    return Await.exitCode(
        storages
            .comparing(
                (source, target) -> new Migration(source, target, report.progress()).verify())
            .map(done -> report.show(storages, done)));
  }
}
