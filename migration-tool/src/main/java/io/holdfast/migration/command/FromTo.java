package io.holdfast.migration.command;

import io.holdfast.Holdfast;
import io.holdfast.UnifiedStorage;
import io.holdfast.migration.copy.RecordSource;
import io.holdfast.migration.prodigy.ProdigyUrl;
import java.nio.file.Path;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
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
      description = {
        "The storage to read, export:DIRECTORY for an export, or"
            + " prodigy:DIRECTORY[?project=DIRECTORY][&environment=keep] for the files of Prodigy;"
            + " or the environment variable HOLDFAST_FROM."
      })
  private String from = "";

  @Option(
      names = "--to",
      required = true,
      paramLabel = "URL",
      defaultValue = "${env:HOLDFAST_TO}",
      description = "The storage to fill, or to compare with; or HOLDFAST_TO.")
  private String to = "";

  @Option(
      names = "--skipped",
      paramLabel = "FILE",
      description = {
        "From Prodigy: write a line of JSON to this file for everything that is merged, skipped,"
            + " rejected or changed on the way."
      })
  private @Nullable Path skipped;

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
      throw refusal(
          option + " must not be opened with access=read: stop its writer, and leave that out");
    }
  }

  /** Opens both, does {@code work} with them, closes both. The target is made if need be. */
  <T> Mono<T> copying(BiFunction<RecordSource, UnifiedStorage, Mono<T>> work) {
    requireTwo();
    return Sources.using(
        from, skipped, source -> Storages.making(to, target -> work.apply(source, target)));
  }

  /** As {@link #copying}, of two storages that are there. */
  <T> Mono<T> comparing(BiFunction<RecordSource, UnifiedStorage, Mono<T>> work) {
    requireTwo();
    return Sources.using(
        from, skipped, source -> Storages.existing(to, target -> work.apply(source, target)));
  }

  private void requireTwo() {
    if (ProdigyUrl.is(to)) {
      throw refusal("--to: a Prodigy store is only read, never written to");
    }
    if (ProdigyUrl.is(from)) {
      requireOutside(ProdigyUrl.parse(from));
    } else if (SamePlace.is(from, to)) {
      throw refusal("--from and --to are the same storage: " + from());
    } else if (skipped != null) {
      throw refusal("--skipped is for a Prodigy store: from a storage, nothing is skipped");
    }
  }

  /** What is read is not written to, not even beside its files. */
  private void requireOutside(ProdigyUrl source) {
    if (to.startsWith("file:") && source.holds(SamePlace.directory(to))) {
      throw refusal("--to lies in the Prodigy store, which is never written to");
    }
    if (skipped != null && source.holds(skipped)) {
      throw refusal("--skipped lies in the Prodigy store, which is never written to");
    }
  }

  private ParameterException refusal(String message) {
    return new ParameterException(command.commandLine(), message);
  }

  /** The source, without its password. */
  String from() {
    return Sources.redact(from);
  }

  /** The target, without its password. */
  String to() {
    return Holdfast.redact(to);
  }
}
