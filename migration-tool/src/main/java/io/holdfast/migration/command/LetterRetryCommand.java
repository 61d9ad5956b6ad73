package io.holdfast.migration.command;

import io.holdfast.Paging;
import io.holdfast.UnifiedStorage;
import io.holdfast.deadletter.DeadLetter;
import io.holdfast.deadletter.DeadLetterExport;
import io.holdfast.deadletter.DeadLetterFilter;
import io.holdfast.deadletter.DeadLetterState;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import reactor.core.publisher.Mono;

/** {@code holdfast dlq retry}. */
@Command(
    name = "retry",
    header = "Make dead letters claimable at once: those given up, and those that wait.",
    description = {
      "Whoever claims dead letters gets them next; their failures stay. What somebody works on is"
          + " left alone. Events of a durable subscription are released with 'subscriptions"
          + " release'."
    },
    footer = {
      "",
      "Examples:",
      "  holdfast dlq retry --job nightly-7 --item item-12 --yes --storage file:.holdfast",
      "  holdfast dlq retry --type Timeout --dry-run --storage \"$DATABASE_URL\""
    })
public final class LetterRetryCommand implements Callable<Integer> {

  @Mixin private final StorageOption storage = new StorageOption();
  @Mixin private final LetterFilterOption letters = new LetterFilterOption();
  @Mixin private final Consent consent = new Consent();

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Spec private CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() {
    boolean dryRun = consent.isDryRun(command.commandLine());
    DeadLetterFilter filter = letters.filter(command.commandLine()).limit(Paging.LIMIT_MAX);
    return Await.exitCode(
        dryRun
            ? storage.reading(opened -> waiting(opened, filter).map(count -> say(true, count)))
            : storage.using(opened -> redriven(opened, filter).map(count -> say(false, count))));
  }

  private static Mono<Long> waiting(UnifiedStorage opened, DeadLetterFilter filter) {
    Instant now = Instant.now();
    return DeadLetterExport.of(opened.deadLetters(), filter)
        .map(line -> DeadLetter.KIND.decode(line).state())
        .filter(state -> isWaiting(state, now))
        .count();
  }

  private static boolean isWaiting(DeadLetterState state, Instant now) {
    return !state.isClaimedAt(now) && !state.claimableAt(now);
  }

  /** Each step leaves less. */
  private static Mono<Long> redriven(UnifiedStorage opened, DeadLetterFilter filter) {
    return Mono.defer(() -> opened.deadLetters().redrive(filter))
        .repeat()
        .takeUntil(count -> count < Paging.LIMIT_MAX)
        .reduce(0L, Long::sum);
  }

  private int say(boolean dryRun, long count) {
    LetterText.said(command.commandLine().getOut(), json, "made claimable", dryRun, count);
    return ExitCode.OK;
  }
}
