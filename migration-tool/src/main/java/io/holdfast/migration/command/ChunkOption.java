package io.holdfast.migration.command;

import io.holdfast.ConflictException;
import io.holdfast.migration.copy.CopyOptions;
import io.holdfast.migration.copy.Lanes;
import io.holdfast.transfer.MigrationState;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import reactor.core.publisher.Mono;

/** In what steps a migration copies. */
final class ChunkOption {

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      defaultValue = "8000",
      description = {
        "The most records in one transaction, 1 to 100000. Large records end a batch sooner.",
        "Default: ${DEFAULT-VALUE}"
      })
  private int batchSize;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "0",
      description = {
        "The most records that are written in a second, so that a database that is in use has time"
            + " for others; 0 for as many as it can. Default: ${DEFAULT-VALUE}"
      })
  private long rate;

  @Option(
      names = "--workers",
      paramLabel = "N",
      defaultValue = "2",
      description = {
        "2 copies events, which have to be written one after the other, and everything else at the"
            + " same time; 1 does the one after the other, with less memory, and less work for the"
            + " database at a time. Default: ${DEFAULT-VALUE}"
      })
  private int workers;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command = CommandSpec.create();

  /** What was asked for, if it is legal. */
  CopyOptions options() {
    if (batchSize < 1 || batchSize > CopyOptions.CHUNK_RECORDS_MAX) {
      throw refusal(
          "--batch-size must be 1 to " + CopyOptions.CHUNK_RECORDS_MAX + ", was " + batchSize);
    }
    if (rate < 0) {
      throw refusal("--rate must be 0 or more, was " + rate);
    }
    if (workers < 1 || workers > Lanes.MAX) {
      throw refusal("--workers must be 1 or " + Lanes.MAX + ", was " + workers);
    }
    return new CopyOptions(batchSize, rate, workers);
  }

  private ParameterException refusal(String message) {
    return new ParameterException(command.commandLine(), message);
  }

  /** As {@code work}, and somebody who has asked for a pause is told how to go on. */
  <T> Mono<T> sayingWhenPaused(Mono<T> work) {
    return work.onErrorMap(ConflictException.class, ChunkOption::explained)
        .onErrorMap(
            Interrupted.class,
            ended -> new Interrupted("Interrupted: 'holdfast migrate resume' goes on"));
  }

  private static RuntimeException explained(ConflictException conflict) {
    if (conflict.actual().equals(MigrationState.PAUSED.name())) {
      return new Failed("Paused: 'holdfast migrate resume' goes on");
    }
    return conflict.actual().equals(MigrationState.FINALIZED.name())
        ? new Failed(
            "The migration from this source is finalized: the source has moved here and is not"
                + " copied again. 'holdfast migrate rollback --force' goes back to it")
        : conflict;
  }
}
