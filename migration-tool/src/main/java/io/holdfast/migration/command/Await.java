package io.holdfast.migration.command;

import reactor.core.publisher.Mono;

/** Runs a publisher to its end for a command. The one place in this module that blocks. */
public final class Await {

  private Await() {}

  /** The exit code that {@code work} emits; throws what it fails with. */
  public static int exitCode(Mono<Integer> work) {
    Integer code = work.block();
    return code == null ? ExitCode.FAILED : code;
  }
}
