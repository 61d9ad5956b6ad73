package io.holdfast.migration.command;

import io.holdfast.migration.report.LeftBehind;
import io.holdfast.migration.report.Rollback;
import io.holdfast.migration.report.StillMarked;
import io.holdfast.transfer.Moved;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import reactor.core.publisher.Mono;

/** {@code holdfast migrate rollback}. */
@Command(
    name = "rollback",
    header = "Go back to the source of a migration, and give up what was copied.",
    description = {
      "Marks the target as moved back to the source, so that nobody goes on writing to what was"
          + " given up, and takes the mark of 'finalize' from the source, if it has one. Nothing is"
          + " deleted on either side. Stop what writes to the target before.",
      "",
      "Refused (1) if the target was written to since it was copied, and has records that the source"
          + " has not, or not the same: it takes writes again then; and after 'finalize'. With --force it is done all the same."
          + " Those records stay in the target, which is still read: 'holdfast migrate --from TARGET"
          + " --to file:DIRECTORY' brings them out, before or after.",
      "",
      "Without --to, and with --force, the mark is taken from --from, and nothing else is looked at:"
          + " for a source whose target is lost, or to write once more to a target that was given"
          + " up."
    },
    footer = {
      "",
      "Example:",
      "  holdfast migrate rollback --from file:/var/lib/app --to postgresql://app@db.example/app"
          + " --yes"
    })
public final class MigrateRollbackCommand implements Callable<Integer> {

  @Mixin private final TwoStorages storages = new TwoStorages();

  @Option(
      names = "--force",
      description = "Also after 'finalize', and if records are left behind in the target.")
  private boolean force;

  @Mixin private final Consent consent = new Consent();

  @Spec private CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() {
    boolean dryRun = consent.isDryRun(command.commandLine());
    if (!storages.hasTarget()) {
      requireForce();
      return Await.exitCode(takeBack(dryRun));
    }
    return Await.exitCode(
        storages.usingReadSource(
            (source, target) ->
                storages
                    .migration(target)
                    .map(
                        run ->
                            new Rollback(
                                source,
                                target,
                                run,
                                ReportOption.progress(command),
                                Shutdown::ends))
                    .flatMap(rollback -> goBack(rollback, dryRun))));
  }

  private void requireForce() {
    if (!force) {
      throw new ParameterException(
          command.commandLine(),
          "--to says which storage is given up; only with --force may it be left out");
    }
  }

  private Mono<Integer> takeBack(boolean dryRun) {
    return storages
        .source(source -> dryRun ? source.relocation().find() : source.relocation().takeBack())
        .switchIfEmpty(
            Mono.error(() -> new Failed(storages.from() + " has not moved: nothing to take back")))
        .map(
            moved ->
                say(
                    "%s, which had moved to %s at %s, %s."
                        .formatted(
                            storages.from(),
                            moved.to(),
                            moved.at(),
                            dryRun ? "would take writes again" : "takes writes again")));
  }

  private Mono<Integer> goBack(Rollback rollback, boolean dryRun) {
    return rollback
        .mark(storages.from())
        .flatMap(
            mark ->
                rollback
                    .isDone(mark)
                    .flatMap(
                        done ->
                            done
                                ? Mono.fromCallable(() -> said("Rolled back already."))
                                : goBack(rollback, mark, dryRun)));
  }

  private Mono<Integer> goBack(Rollback rollback, Moved mark, boolean dryRun) {
    return requireNotElsewhere(rollback)
        .then(Mono.defer(() -> requireNotFinalized(rollback)))
        .then(Mono.defer(() -> dryRun ? tried(rollback) : done(rollback, mark)));
  }

  private Mono<Integer> tried(Rollback rollback) {
    return rollback
        .leftBehind()
        .map(
            left -> {
              if (left > 0 && !force) {
                throw wouldLeaveBehind(left);
              }
              return said("Nothing was changed. " + leftBehind(left));
            });
  }

  private Mono<Integer> done(Rollback rollback, Moved mark) {
    return rollback
        .run(mark, storages.turn(), force)
        .map(left -> said(verdict(left)))
        .onErrorMap(LeftBehind.class, left -> wouldLeaveBehind(left.records()))
        .onErrorMap(StillMarked.class, this::stillMarked);
  }

  private Failed stillMarked(StillMarked left) {
    return new Failed(
        ("Not rolled back, and the target may still be marked as moved (%s): do it again, or take"
                + " the mark from it with 'holdfast migrate rollback --from %s --force'")
            .formatted(left.getMessage(), storages.to()),
        left);
  }

  /** A source that has moved to yet another storage is none of our business. */
  private Mono<Void> requireNotElsewhere(Rollback rollback) {
    return rollback
        .source()
        .relocation()
        .find()
        .filterWhen(
            moved ->
                rollback.target().relocation().storeId().map(store -> !store.equals(moved.store())))
        .flatMap(
            moved ->
                Mono.error(
                    () ->
                        new Failed(
                            "%s has moved to another storage, %s"
                                .formatted(storages.from(), moved.to()))));
  }

  private Mono<Void> requireNotFinalized(Rollback rollback) {
    if (force) {
      return Mono.empty();
    }
    return rollback.isFinalized()
        ? Mono.error(
            () ->
                new Failed(
                    "The migration was finalized: --force goes back all the same, and leaves in"
                        + " the target what was written to it since; with --dry-run as well it"
                        + " says how much that is"))
        : rollback
            .isBrokenOff()
            .filter(brokenOff -> brokenOff)
            .flatMap(
                brokenOff ->
                    Mono.error(
                        () ->
                            new Failed(
                                "A 'finalize' of this migration is under way, or was broken off:"
                                    + " the source is marked as moved, and the migration is "
                                    + rollback.run().state()
                                    + ". 'finalize' again ends it, --force goes back")));
  }

  private static Failed wouldLeaveBehind(long left) {
    return new Failed(
        leftBehind(left)
            + " 'holdfast migrate --from TARGET --to file:DIRECTORY' brings them out; --force"
            + " leaves them there");
  }

  private static String leftBehind(long left) {
    return left == 0
        ? "The target has no record that the source has not."
        : String.format(
            Locale.ROOT,
            "The target has %,d %s that the source has not, or not the same.",
            left,
            left == 1 ? "record" : "records");
  }

  private static String verdict(long left) {
    return "Rolled back: the source takes writes, the target takes no more. Nothing was deleted."
        + (left == 0 ? "" : " " + leftBehind(left));
  }

  private int said(String verdict) {
    storages.print(command.commandLine().getOut(), "");
    return say(verdict);
  }

  private int say(String verdict) {
    PrintWriter out = command.commandLine().getOut();
    out.println(verdict);
    return ExitCode.OK;
  }
}
