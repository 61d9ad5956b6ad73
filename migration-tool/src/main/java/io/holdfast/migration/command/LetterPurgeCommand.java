package io.holdfast.migration.command;

import io.holdfast.Paging;
import io.holdfast.UnifiedStorage;
import io.holdfast.deadletter.DeadLetterFilter;
import io.holdfast.deadletter.DeadLetterPatterns;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import reactor.core.publisher.Mono;

/** {@code holdfast dlq purge}. */
@Command(
    name = "purge",
    header = "Delete dead letters for good, claimed or not.",
    description = {
      "Those that match; without any condition only with --all. 'dlq export' keeps a copy."
    },
    footer = {
      "",
      "Examples:",
      "  holdfast dlq purge --no-eligible --until 2026-10-01 --dry-run --storage \"$DATABASE_URL\"",
      "  holdfast dlq purge --job nightly-7 --yes --storage file:.holdfast"
    })
public final class LetterPurgeCommand implements Callable<Integer> {

  @Mixin private final StorageOption storage = new StorageOption();
  @Mixin private final LetterFilterOption letters = new LetterFilterOption();
  @Mixin private final Consent consent = new Consent();

  @Option(names = "--all", description = "Whatever there is, if there is no condition.")
  private boolean all;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Spec private CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() {
    boolean dryRun = consent.isDryRun(command.commandLine());
    DeadLetterFilter filter = letters.filter(command.commandLine());
    if (!all && filter.equals(DeadLetterFilter.all())) {
      throw new ParameterException(
          command.commandLine(), "say which dead letters, or --all to mean every one");
    }
    return Await.exitCode(
        dryRun
            ? storage.reading(
                opened ->
                    opened
                        .deadLetters()
                        .patterns(filter.limit(1))
                        .map(DeadLetterPatterns::total)
                        .map(count -> say(true, count)))
            : storage.using(
                opened ->
                    purged(opened, filter.limit(Paging.LIMIT_MAX))
                        .map(count -> say(false, count))));
  }

  private static Mono<Long> purged(UnifiedStorage opened, DeadLetterFilter filter) {
    return Mono.defer(() -> opened.deadLetters().purge(filter))
        .repeat()
        .takeUntil(count -> count < Paging.LIMIT_MAX)
        .reduce(0L, Long::sum);
  }

  private int say(boolean dryRun, long count) {
    LetterText.said(command.commandLine().getOut(), json, "deleted", dryRun, count);
    return ExitCode.OK;
  }
}
