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

  /** A mistyped directory would be made, and be as empty as it can be. */
  void requireSource() {
    Storages.requireDirectory(command.commandLine(), "--from", from);
  }

  /** Likewise for what is compared with. */
  void requireTarget() {
    Storages.requireDirectory(command.commandLine(), "--to", to);
  }

  /** Opens both, does {@code work} with them, closes both. */
  <T> Mono<T> using(BiFunction<UnifiedStorage, UnifiedStorage, Mono<T>> work) {
    if (SamePlace.is(from, to)) {
      throw new ParameterException(
          command.commandLine(), "--from and --to are the same storage: " + from());
    }
    return Storages.using(from, source -> Storages.using(to, target -> work.apply(source, target)));
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
