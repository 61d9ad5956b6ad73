package io.holdfast.migration.command;

import io.holdfast.migration.report.Finalization;
import io.holdfast.transfer.MigrationRun;
import io.holdfast.transfer.MigrationState;
import io.holdfast.transfer.Moved;
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
          + " whichever version. It is read as before, and nothing in it is deleted. The target is"
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
        storages.using(
            (source, target) ->
                storages
                    .migration(target)
                    .flatMap(MigrateFinalizeCommand::proved)
                    .map(
                        run ->
                            new Finalization(source, target, run, ReportOption.progress(command)))
                    .flatMap(finalization -> finish(finalization, dryRun))));
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
                before(finalization, mark)
                    .map(there -> say(there, "Finalized already, at " + there.at() + "."))
                    .switchIfEmpty(
                        Mono.defer(
                            () -> dryRun ? tried(finalization, mark) : done(finalization, mark))));
  }

  /** The mark of a migration that was finalized before; empty if it was not. */
  private static Mono<Moved> before(Finalization finalization, Moved mark) {
    return finalization.run().state() == MigrationState.FINALIZED
        ? finalization.source().relocation().find().filter(there -> there.isToSameAs(mark))
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
        .switchIfEmpty(Mono.error(MigrateFinalizeCommand::changed));
  }

  private Mono<Integer> tried(Finalization finalization, Moved mark) {
    return finalization
        .isUnchanged()
        .map(
            same -> {
              if (!same) {
                throw changed();
              }
              return say(mark, "The source holds what was proved. Nothing was changed.");
            });
  }

  private static Failed changed() {
    return new Failed(
        "The source no longer holds what was proved, and was left as it was: stop what writes to"
            + " it, copy what is new with 'holdfast migrate resume', which proves it, and finalize"
            + " again");
  }

  private int say(Moved mark, String verdict) {
    PrintWriter out = command.commandLine().getOut();
    storages.print(out, mark.root());
    out.println(verdict);
    return ExitCode.OK;
  }
}
