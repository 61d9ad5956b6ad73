package io.holdfast.migration.command;

import io.holdfast.migration.proof.Root;
import io.holdfast.migration.report.Expected;
import io.holdfast.migration.report.Migration;
import io.holdfast.migration.report.Proof;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code holdfast verify}. */
@Command(
    name = "verify",
    header = "Compare two storages record by record.",
    description = {
      "Reads both storages side by side and compares the SHA-256 of every record in canonical"
          + " form. Writes nothing. Ends with 1 if anything differs.",
      "",
      "With --root, reads one storage alone and compares its root: the one number that a migration"
          + " or a verification has printed."
    },
    footer = {
      "",
      "Examples:",
      "  holdfast verify --from file:/var/lib/app --to postgresql://app@db.example/app",
      "  holdfast verify --from \"$OLD\" --to \"$NEW\" --report differences.json",
      "  holdfast verify --to postgresql://app@db.example/app --root 7d3f..."
    })
public final class VerifyCommand implements Callable<Integer> {

  @Mixin private final FromTo storages = new FromTo();

  @Mixin private final ReportOption report = new ReportOption();

  @Option(
      names = "--root",
      paramLabel = "SHA256",
      description = "Compare --to with this root, 64 hexadecimal digits, instead of a storage.")
  private @Nullable String root;

  @Spec private CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() {
    return root == null ? compare() : compareRoot(new Root(root));
  }

  private int compareRoot(Root expected) {
    if (!storages.isTargetAlone() || report.isAsked()) {
      throw new ParameterException(
          command.commandLine(),
          "--root compares one storage and writes no report: leave out --from (HOLDFAST_FROM too),"
              + " --skipped and --report");
    }
    storages.requireWholeTarget();
    return Await.exitCode(
        storages
            .target(source -> new Proof(source, report.progress()).sums())
            .map(found -> new Expected(expected, List.of(), found, null))
            .map(
                found -> {
                  found.print(command.commandLine().getOut());
                  return found.isMet() ? ExitCode.OK : ExitCode.FAILED;
                }));
  }

  private int compare() {
    report.requireWritable(storages);
    storages.requireWholeSource();
    storages.requireWholeTarget();
    return Await.exitCode(
        storages
            .comparing(
                (source, target) -> new Migration(source, target, report.progress()).verify())
            .map(done -> report.show(storages, done)));
  }
}
