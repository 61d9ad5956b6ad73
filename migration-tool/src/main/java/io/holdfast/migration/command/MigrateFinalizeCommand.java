package io.holdfast.migration.command;

import io.holdfast.UnifiedStorage;
import io.holdfast.migration.report.Finalization;
import io.holdfast.migration.report.StillMarked;
import io.holdfast.transfer.MigrationRun;
import io.holdfast.transfer.MigrationState;
import io.holdfast.transfer.Moved;
import io.holdfast.transfer.Relocation;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import reactor.core.publisher.Mono;

/** {@code holdfast migrate finalize}. */
@Command(
    name = "finalize",
    header = "End a migration: its source takes no more writes, and says where it has moved to.",
    description = {
      "For a migration that is VERIFIED. Marks the source as moved to the target, and reads it once"
          + " more from end to end: if it no longer holds what was proved, the mark is taken back,"
          + " and nothing is finalized (1). Stop what writes to it before.",
      "",
      "From then on every write to the source fails, also from programs that have it open, of"
          + " whichever version; only months that an older version drops are not seen. It is read as before, and nothing in it is deleted. The target is"
          + " not read: it may be in use already, and have changed since it was proved. 'holdfast"
          + " migrate rollback --force' goes back."
    },
    footer = {
      "",
      "Example:",
      "  holdfast migrate finalize --from file:/var/lib/app --to postgresql://app@db.example/app"
          + " --yes"
    })
public final class MigrateFinalizeCommand implements Callable<Integer> {

  @Mixin private final TwoStorages storages = new TwoStorages();

  @Mixin private final Consent consent = new Consent();

  @Spec private CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() {
    boolean dryRun = consent.isDryRun(command.commandLine());
    return Await.exitCode(
        dryRun
            ? storages.usingReadSource((source, target) -> finish(source, target, true))
            : storages.using((source, target) -> finish(source, target, false)));
  }

  private Mono<Integer> finish(UnifiedStorage source, UnifiedStorage target, boolean dryRun) {
    return storages
        .migration(target)
        .flatMap(MigrateFinalizeCommand::proved)
        .map(
            run ->
                new Finalization(
                    source, target, run, ReportOption.progress(command), Shutdown::ends))
        .flatMap(finalization -> finish(finalization, dryRun));
  }

  private static Mono<MigrationRun> proved(MigrationRun run) {
    return switch (run.state()) {
      case VERIFIED, FINALIZED -> Mono.just(run);
      case COPIED -> refused(run, "'holdfast migrate validate' proves it first");
      case ROLLED_BACK -> refused(run, "the source is used again");
      case COPYING, PAUSED ->
          refused(run, "'holdfast migrate resume' copies the rest and proves it");
    };
  }

  private static Mono<MigrationRun> refused(MigrationRun run, String why) {
    return Mono.error(() -> new Failed("The migration is " + run.state() + ": " + why));
  }

  private Mono<Integer> finish(Finalization finalization, boolean dryRun) {
    return finalization
        .mark(storages.to())
        .flatMap(
            mark ->
                before(finalization, mark, dryRun)
                    .map(there -> say(there, "Finalized already, at " + there.at() + "."))
                    .switchIfEmpty(
                        Mono.defer(
                            () -> dryRun ? tried(finalization, mark) : done(finalization, mark))));
  }

  /**
   * The mark of a migration that was finalized before; empty if it was not. Marking it once more
   * guards what somebody has added since.
   */
  private static Mono<Moved> before(Finalization finalization, Moved mark, boolean dryRun) {
    Relocation relocation = finalization.source().relocation();
    return finalization.run().state() == MigrationState.FINALIZED
        ? relocation
            .find()
            .filter(there -> there.isToSameAs(mark))
            .flatMap(there -> dryRun ? Mono.just(there) : relocation.moveTo(mark))
        : Mono.empty();
  }

  private Mono<Integer> done(Finalization finalization, Moved mark) {
    return finalization
        .run(mark)
        .map(
            there ->
                say(
                    there,
                    "Finalized: the source holds what was proved, and takes no more writes."
                        + " Nothing was deleted."))
        .switchIfEmpty(Mono.error(() -> changed(finalization)))
        .onErrorMap(StillMarked.class, this::stillMarked);
  }

  private Mono<Integer> tried(Finalization finalization, Moved mark) {
    return finalization
        .isUnchanged()
        .map(
            same -> {
              if (!same) {
                throw changed(finalization);
              }
              return say(mark, "The source holds what was proved. Nothing was changed.");
            });
  }

  private Failed changed(Finalization finalization) {
    return new Failed(
        "The source no longer holds what was proved, and was left as it was: "
            + (finalization.run().state() == MigrationState.FINALIZED
                ? "it was finalized, and has taken writes since its mark was taken from it. Choose"
                    + " one of the two: 'holdfast migrate rollback --force' with --from and --to"
                    + " goes back to the source for good"
                : "stop what writes to it, copy what is new with 'holdfast migrate resume', which"
                    + " proves it, and finalize again"));
  }

  private Failed stillMarked(StillMarked left) {
    return new Failed(
        ("Not finalized, and the source may still be marked as moved (%s): finalize again, or take"
                + " the mark from it with 'holdfast migrate rollback --from %s --force'")
            .formatted(left.getMessage(), storages.from()),
        left);
  }

  private int say(Moved mark, String verdict) {
    PrintWriter out = command.commandLine().getOut();
    storages.print(out, mark.root());
    out.println(verdict);
    return ExitCode.OK;
  }
}
