package io.holdfast.migration.command;

import io.holdfast.NotFoundException;
import io.holdfast.UnifiedStorage;
import io.holdfast.lock.LockName;
import io.holdfast.lock.LockState;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import reactor.core.publisher.Mono;

/** {@code holdfast locks release}. */
@Command(
    name = "release",
    header = "End all leases on a lock.",
    description = {
      "Its holders can commit nothing more under their tokens, and find out at their next renewal;"
          + " what they do besides goes on until then. Waits for fenced transactions that are open."
          + " Whoever waits for the lock gets it."
    },
    footer = {
      "",
      "Examples:",
      "  holdfast locks release nightly-build --dry-run --storage file:.holdfast",
      "  holdfast locks release nightly-build --yes --storage postgresql://app@db.example/app"
    })
public final class LockReleaseCommand implements Callable<Integer> {

  @Mixin private final StorageOption storage = new StorageOption();

  @Parameters(paramLabel = "NAME", description = "The lock.")
  private String name = "";

  @Mixin private final Consent consent = new Consent();

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Spec private CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() {
    boolean dryRun = consent.isDryRun(command.commandLine());
    LockName lock = new LockName(name);
    return Await.exitCode(
        dryRun
            ? storage.reading(opened -> known(opened, lock).map(found -> say(found, true)))
            : storage.using(opened -> release(opened, lock).map(found -> say(found, false))));
  }

  private static Mono<LockState> known(UnifiedStorage opened, LockName lock) {
    return opened
        .locks()
        .find(lock)
        .switchIfEmpty(Mono.error(() -> new NotFoundException("Lock", lock.value())));
  }

  private static Mono<LockState> release(UnifiedStorage opened, LockName lock) {
    return known(opened, lock).delayUntil(found -> opened.locks().forceRelease(lock));
  }

  private int say(LockState found, boolean dryRun) {
    PrintWriter out = command.commandLine().getOut();
    out.println(json ? LockText.released(found, dryRun) : LockText.sentence(found, dryRun));
    return ExitCode.OK;
  }
}
