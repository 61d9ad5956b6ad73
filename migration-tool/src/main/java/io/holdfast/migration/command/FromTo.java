package io.holdfast.migration.command;

import io.holdfast.Holdfast;
import io.holdfast.UnifiedStorage;
import java.util.function.BiFunction;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import reactor.core.publisher.Mono;

/** The two storages of a migration or a verification. */
final class FromTo {

  @Option(
      names = "--from",
      required = true,
      paramLabel = "URL",
      defaultValue = "${env:HOLDFAST_FROM}",
      description = "The storage to read; or the environment variable HOLDFAST_FROM.")
  private String from = "";

  @Option(
      names = "--to",
      required = true,
      paramLabel = "URL",
      defaultValue = "${env:HOLDFAST_TO}",
      description = "The storage to fill, or to compare with; or HOLDFAST_TO.")
  private String to = "";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command = CommandSpec.create();

  /** A directory that is only read along with its writer may lack what was acknowledged last. */
  void requireWholeSource() {
    requireWhole("--from", from);
  }

  /** Nor would what is only in its journal be compared. */
  void requireWholeTarget() {
    requireWhole("--to", to);
  }

  private void requireWhole(String option, String url) {
    if (url.startsWith("file:") && url.contains("access=read")) {
      throw new ParameterException(
          command.commandLine(),
          option + " must not be opened with access=read: stop its writer, and leave that out");
    }
  }

  /** Opens both, does {@code work} with them, closes both. The target is made if need be. */
  <T> Mono<T> copying(BiFunction<UnifiedStorage, UnifiedStorage, Mono<T>> work) {
    requireTwo();
    return Storages.existing(
        from, source -> Storages.making(to, target -> work.apply(source, target)));
  }

  /** As {@link #copying}, of two storages that are there. */
  <T> Mono<T> comparing(BiFunction<UnifiedStorage, UnifiedStorage, Mono<T>> work) {
    requireTwo();
    return Storages.existing(
        from, source -> Storages.existing(to, target -> work.apply(source, target)));
  }

  private void requireTwo() {
    if (SamePlace.is(from, to)) {
      throw new ParameterException(
          command.commandLine(), "--from and --to are the same storage: " + from());
    }
  }

  /** The source, without its password. */
  String from() {
    return Holdfast.redact(from);
  }

  /** The target, without its password. */
  String to() {
    return Holdfast.redact(to);
  }
}
