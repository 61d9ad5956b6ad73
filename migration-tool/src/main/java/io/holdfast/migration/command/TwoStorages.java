package io.holdfast.migration.command;

import io.holdfast.UnifiedStorage;
import io.holdfast.migration.export.ExportUrl;
import io.holdfast.migration.prodigy.ProdigyUrl;
import io.holdfast.migration.report.Holder;
import io.holdfast.migration.report.Migration;
import io.holdfast.transfer.MigrationRun;
import io.holdfast.transfer.MigrationTurn;
import java.io.PrintWriter;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import reactor.core.publisher.Mono;

/** The two storages of a migration, both of which are there. */
final class TwoStorages {

  @Option(
      names = "--from",
      required = true,
      paramLabel = "URL",
      defaultValue = "${env:HOLDFAST_FROM}",
      description = "The storage that was copied; or the environment variable HOLDFAST_FROM.")
  private String source = "";

  @Option(
      names = "--to",
      paramLabel = "URL",
      defaultValue = "${env:HOLDFAST_TO}",
      description = "The storage that was filled; or the environment variable HOLDFAST_TO.")
  private @Nullable String target;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command = CommandSpec.create();

  boolean hasTarget() {
    return target != null;
  }

  /** Opens both, does {@code work} with them, closes both. */
  <T> Mono<T> using(BiFunction<UnifiedStorage, UnifiedStorage, Mono<T>> work) {
    return using(Storages::existing, work);
  }

  /** As {@link #using}, for a source that others may be at work on: nothing is written to it. */
  <T> Mono<T> usingReadSource(BiFunction<UnifiedStorage, UnifiedStorage, Mono<T>> work) {
    return using(Storages::reading, work);
  }

  /** How the source is opened. */
  private interface Access {

    <T> Mono<T> open(String url, Function<UnifiedStorage, Mono<T>> work);
  }

  private <T> Mono<T> using(
      Access access, BiFunction<UnifiedStorage, UnifiedStorage, Mono<T>> work) {
    requireStorage("--from", source);
    requireStorage("--to", target());
    if (SamePlace.is(source, target())) {
      throw refusal("--from and --to are the same storage: " + from());
    }
    return access.open(
        source,
        from ->
            Storages.existing(
                target(),
                to -> requireApart(from, to).then(Mono.defer(() -> work.apply(from, to)))));
  }

  /** One that had moved to itself would be of no use to anybody. */
  private static Mono<Void> requireApart(UnifiedStorage from, UnifiedStorage to) {
    return Mono.zip(from.relocation().storeId(), to.relocation().storeId())
        .filter(ids -> ids.getT1().equals(ids.getT2()))
        .flatMap(
            same ->
                Mono.error(
                    () ->
                        new Failed(
                            "--from and --to are the same storage, or one is a copy of all files"
                                + " or tables of the other: both have the id "
                                + same.getT1())));
  }

  /** Opens the source, does {@code work} with it, closes it. */
  <T> Mono<T> source(Function<UnifiedStorage, Mono<T>> work) {
    requireStorage("--from", source);
    return Storages.existing(source, work);
  }

  private void requireStorage(String option, String url) {
    if (ProdigyUrl.is(Sources.meant(url)) || ExportUrl.is(url)) {
      throw refusal(option + ": only a storage can be marked as moved, and this is none: " + url);
    }
  }

  private String target() {
    if (target == null) {
      throw refusal("Missing required option: '--to=URL'");
    }
    return target;
  }

  private ParameterException refusal(String message) {
    return new ParameterException(command.commandLine(), message);
  }

  /** The migration from the one to the other, as the target remembers it; fails without one. */
  Mono<MigrationRun> migration(UnifiedStorage filled) {
    return filled
        .migrations()
        .find()
        .filter(run -> run.source().equals(from()))
        .switchIfEmpty(
            Mono.error(
                () -> new Failed("No migration from %s has begun in %s".formatted(from(), to()))));
  }

  /** The source as a migration remembers it: the same for every way to write it down. */
  String from() {
    return SamePlace.place(source);
  }

  /** The target, in the same way. */
  String to() {
    return SamePlace.place(target());
  }

  MigrationTurn turn() {
    return new MigrationTurn(from(), Holder.current(), Migration.LEASE);
  }

  /** Says which they are. */
  void print(PrintWriter out, String root) {
    out.println("source   " + from());
    out.println("target   " + to());
    if (!root.isEmpty()) {
      out.println("root     " + root);
    }
    out.println();
  }
}
