package io.holdfast.migration.command;

import io.holdfast.Holdfast;
import io.holdfast.UnifiedStorage;
import io.holdfast.transfer.MigrationLedger;
import io.holdfast.transfer.MigrationRun;
import java.util.function.Function;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import reactor.core.publisher.Mono;

/** The storage that a migration fills. */
final class TargetOption {

  @Option(
      names = "--to",
      required = true,
      paramLabel = "URL",
      defaultValue = "${env:HOLDFAST_TO}",
      description = "The storage that is filled; or the environment variable HOLDFAST_TO.")
  private String url = "";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command = CommandSpec.create();

  /** Opens it, does {@code work} with the migration into it, closes it; fails if there is none. */
  <T> Mono<T> reading(Function<MigrationLedger, Mono<T>> work) {
    return Storages.reading(url, storage -> withMigration(storage, work));
  }

  /** As {@link #reading}, to change something. */
  <T> Mono<T> using(Function<MigrationLedger, Mono<T>> work) {
    return Storages.existing(url, storage -> withMigration(storage, work));
  }

  /** Opens it, does {@code work} with it, closes it; fails if there is no migration into it. */
  <T> Mono<T> storage(Function<UnifiedStorage, Mono<T>> work) {
    if (url.startsWith("file:") && url.contains("access=read")) {
      throw new ParameterException(
          command.commandLine(),
          "--to must not be opened with access=read: stop its writer, and leave that out");
    }
    return Storages.existing(url, storage -> withMigration(storage, ledger -> work.apply(storage)));
  }

  private <T> Mono<T> withMigration(
      UnifiedStorage storage, Function<MigrationLedger, Mono<T>> work) {
    return storage
        .migrations()
        .find()
        .switchIfEmpty(Mono.<MigrationRun>error(this::none))
        .then(Mono.defer(() -> work.apply(storage.migrations())));
  }

  private Failed none() {
    return new Failed("No migration into " + Holdfast.redact(url) + " has begun");
  }
}
