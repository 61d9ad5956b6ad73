package io.holdfast.migration.command;

import io.holdfast.Holdfast;
import io.holdfast.JobId;
import io.holdfast.RecordKind;
import io.holdfast.UnifiedStorage;
import io.holdfast.event.EventFilter;
import io.holdfast.event.RecordedEvent;
import io.holdfast.migration.copy.ChosenEvents;
import io.holdfast.migration.copy.ChosenKinds;
import io.holdfast.migration.copy.RecordSource;
import io.holdfast.migration.copy.StorageSource;
import io.holdfast.migration.prodigy.ProdigyUrl;
import io.holdfast.migration.report.Holder;
import io.holdfast.migration.report.Migration;
import io.holdfast.transfer.MigrationTurn;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import reactor.core.publisher.Mono;

/** The two storages of a migration or a verification. */
final class FromTo {

  @Option(
      names = "--from",
      paramLabel = "URL",
      defaultValue = "${env:HOLDFAST_FROM}",
      description = {
        "The storage to read, export:DIRECTORY for an export, or"
            + " prodigy:DIRECTORY[?project=DIRECTORY][&environment=keep] for the files of Prodigy,"
            + " which are recognised without prodigy: too; or the environment variable"
            + " HOLDFAST_FROM."
      })
  private @Nullable String from;

  @Option(
      names = "--to",
      paramLabel = "URL",
      defaultValue = "${env:HOLDFAST_TO}",
      description = "The storage to fill, or to compare with; or HOLDFAST_TO.")
  private @Nullable String to;

  @Option(
      names = "--skipped",
      paramLabel = "FILE",
      description = {
        "From Prodigy, or with --on-error: write a line of JSON to this file for everything that is"
            + " merged, skipped, rejected or changed on the way."
      })
  private @Nullable Path skipped;

  private @Nullable String meant;

  @Option(
      names = "--only",
      paramLabel = "KIND",
      split = ",",
      description = "Only these kinds of records, as the report names them; several with commas.")
  private Set<String> only = Set.of();

  @Option(
      names = "--job",
      paramLabel = "JOB",
      description = {
        "Only the events of this job, and nothing else; may be repeated. --since and --until choose"
            + " among events likewise."
      })
  private List<String> jobs = List.of();

  @Mixin private final SpanOption span = new SpanOption();

  @Mixin private final ErrorOption errors = new ErrorOption();

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command = CommandSpec.create();

  /** A directory that is only read along with its writer may lack what was acknowledged last. */
  void requireWholeSource() {
    requireWhole("--from", source());
  }

  /** Nor would what is only in its journal be compared. */
  void requireWholeTarget() {
    requireWhole("--to", target());
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
        source(),
        skipped,
        errors,
        source -> Storages.making(target(), target -> work.apply(chosen(source), target)));
  }

  /** As {@link #copying}, of two storages that are there. */
  <T> Mono<T> comparing(BiFunction<RecordSource, UnifiedStorage, Mono<T>> work) {
    requireTwo();
    return Sources.using(
        source(),
        skipped,
        errors,
        source -> Storages.existing(target(), target -> work.apply(chosen(source), target)));
  }

  /** True if there is one side only. */
  boolean isTargetAlone() {
    return from == null && skipped == null;
  }

  /** Does {@code work} with the target, which has to be there, and closes it. */
  <T> Mono<T> target(Function<RecordSource, Mono<T>> work) {
    if (errors.passesOver()) {
      throw refusal("--on-error is for --from");
    }
    if (ProdigyUrl.is(target())) {
      throw refusal("--to: a Prodigy store is only read, never written to");
    }
    return Storages.existing(
        target(), storage -> work.apply(chosen(new StorageSource(storage, false))));
  }

  private void requireTwo() {
    String source = source();
    String target = target();
    if (ProdigyUrl.is(target)) {
      throw refusal("--to: a Prodigy store is only read, never written to");
    }
    if (ProdigyUrl.is(source)) {
      requireOutside(ProdigyUrl.parse(source), target);
    } else if (SamePlace.is(source, target)) {
      throw refusal("--from and --to are the same storage: " + from());
    } else if (skipped != null && !errors.passesOver()) {
      throw refusal(
          "--skipped is for a Prodigy store: from a storage, nothing is skipped, unless"
              + " --on-error says so");
    }
    errors.check();
    if (errors.passesOver() && !Sources.isStorage(source)) {
      throw refusal(
          "--on-error is for a storage: of anything else, --skipped says what is left out");
    }
  }

  /** What is read is not written to, not even beside its files. */
  private void requireOutside(ProdigyUrl source, String target) {
    if (target.startsWith("file:") && source.holds(SamePlace.directory(target))) {
      throw inside("--to");
    }
    if (skipped != null && source.holds(skipped)) {
      throw inside("--skipped");
    }
  }

  /** Fails if {@code file} lies in a Prodigy store that is read. */
  void requireOutside(String option, Path file) {
    if (ProdigyUrl.is(source()) && ProdigyUrl.parse(source()).holds(file)) {
      throw inside(option);
    }
  }

  private ParameterException inside(String option) {
    return refusal(option + " lies in the Prodigy store, which is never written to");
  }

  private RecordSource chosen(RecordSource source) {
    EventFilter events =
        EventFilter.all()
            .withJobs(jobs.stream().map(JobId::new).collect(Collectors.toSet()))
            .within(span.from(), span.before());
    if (events.equals(EventFilter.all())) {
      return only.isEmpty() ? source : chosenKinds(source);
    }
    if (!only.isEmpty() && !only.equals(Set.of(RecordedEvent.KIND.name()))) {
      throw refusal("--job, --since and --until choose among events: --only must not name others");
    }
    return new ChosenEvents(source, events);
  }

  private RecordSource chosenKinds(RecordSource source) {
    Set<String> unknown = new TreeSet<>(only);
    source.kinds().forEach(kind -> unknown.remove(kind.name()));
    if (!unknown.isEmpty()) {
      throw refusal(
          "--only: no such kind: %s; there are %s"
              .formatted(
                  String.join(", ", unknown),
                  source.kinds().stream().map(RecordKind::name).collect(Collectors.joining(", "))));
    }
    return new ChosenKinds(source, only);
  }

  /** A store of Prodigy does not have to be called one; looked at once, as that blocks. */
  private String source() {
    String url = given("--from", from);
    String known = meant;
    if (known == null) {
      known = Sources.meant(url);
      meant = known;
    }
    return known;
  }

  private String target() {
    return given("--to", to);
  }

  /** Not required by the parser: a command that has others below it would ask for it twice. */
  private String given(String option, @Nullable String url) {
    if (url == null) {
      throw refusal("Missing required option: '" + option + "=URL'");
    }
    return url;
  }

  private ParameterException refusal(String message) {
    return new ParameterException(command.commandLine(), message);
  }

  /** The source, without its password. */
  String from() {
    return Sources.redact(source());
  }

  /** The source as a migration remembers it: the same for every way to write it down. */
  MigrationTurn turn() {
    return new MigrationTurn(SamePlace.place(source()), Holder.current(), Migration.LEASE);
  }

  /** The target, without its password. */
  String to() {
    return Holdfast.redact(target());
  }
}
