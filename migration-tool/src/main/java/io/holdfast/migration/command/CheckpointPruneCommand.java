package io.holdfast.migration.command;

import io.holdfast.Json;
import io.holdfast.Paging;
import io.holdfast.UnifiedStorage;
import io.holdfast.WorkflowId;
import io.holdfast.checkpoint.CheckpointCleanup;
import io.holdfast.checkpoint.CheckpointInfo;
import io.holdfast.checkpoint.CheckpointRetention;
import io.holdfast.checkpoint.CheckpointStore;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** {@code holdfast checkpoints prune}. */
@Command(
    name = "prune",
    header = "Delete old checkpoints of a workflow, or of all, for good.",
    description = {
      "Those that no rule keeps; with --keep-last the newest one of each workflow always stays, with"
          + " --keep-newest it may go. Saves may go on meanwhile. Asks for --yes, and with --dry-run"
          + " only lists what would go, up to 10,000."
    },
    footer = {
      "",
      "Examples:",
      "  holdfast checkpoints prune nightly-7 --keep-last 10 --dry-run --storage \"$DATABASE_URL\"",
      "  holdfast checkpoints prune nightly-7 --keep-last 1 --older-than 7d \\",
      "      --keep '{\"final\":true}' --yes --storage \"$DATABASE_URL\"",
      "  holdfast checkpoints prune --all-workflows --keep-last 3 --older-than 30d --yes \\",
      "      --storage \"$DATABASE_URL\"",
      "  holdfast checkpoints prune --all-workflows --keep-newest 5000 --dry-run \\",
      "      --storage \"$DATABASE_URL\""
    })
public final class CheckpointPruneCommand implements Callable<Integer> {

  @Mixin private final StorageOption storage = new StorageOption();

  @Parameters(arity = "0..1", paramLabel = "WORKFLOW", description = "The workflow.")
  private @Nullable String workflow;

  @Option(names = "--all-workflows", description = "All workflows, one after the other.")
  private boolean allWorkflows;

  @Option(
      names = "--keep-last",
      paramLabel = "N",
      description = "The newest N of a workflow stay, at least 1.")
  private @Nullable Integer keepLast;

  @Option(
      names = "--keep-newest",
      paramLabel = "N",
      description = "With --all-workflows: the newest N of all together stay, at least 1.")
  private @Nullable Integer keepNewest;

  @Option(
      names = "--older-than",
      paramLabel = "AGE",
      description = "Only what was saved so long ago goes: 7d, 24h or 30m.")
  private @Nullable String olderThan;

  @Option(
      names = "--keep",
      paramLabel = "JSON",
      description = "What has this in its metadata stays, for example '{\"final\":true}'.")
  private @Nullable String keep;

  @Mixin private final Consent consent = new Consent();

  @Option(names = "--json", description = "Print one JSON object; with --dry-run, one a line.")
  private boolean json;

  @Spec private CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() {
    boolean dryRun = consent.isDryRun(command.commandLine());
    requireOneWay();
    @Nullable CheckpointRetention retention = retention();
    if (dryRun) {
      return Await.exitCode(
          storage.reading(opened -> known(opened).then(listed(opened.checkpoints(), retention))));
    }
    String what = workflow == null ? "all workflows" : workflow;
    return Await.exitCode(
        storage
            .using(opened -> known(opened).then(pruned(opened.checkpoints(), retention)))
            .map(deleted -> CheckpointDone.say(command, json, "deleted", what, deleted)));
  }

  private void requireOneWay() {
    if (allWorkflows != (workflow == null)) {
      throw wrong("say either a workflow or --all-workflows");
    }
    if ((keepLast == null) == (keepNewest == null)) {
      throw wrong("say either --keep-last or --keep-newest");
    }
    if (keepNewest != null && (!allWorkflows || olderThan != null || keep != null)) {
      throw wrong("--keep-newest goes with --all-workflows, and without --older-than and --keep");
    }
  }

  private ParameterException wrong(String why) {
    return new ParameterException(command.commandLine(), why);
  }

  private @Nullable CheckpointRetention retention() {
    if (keepLast == null) {
      return null;
    }
    CheckpointRetention retention = CheckpointRetention.last(keepLast);
    retention = olderThan == null ? retention : retention.savedBefore(Age.ago(olderThan));
    return keep == null ? retention : retention.keeping(Json.of(keep));
  }

  private Mono<Void> known(UnifiedStorage opened) {
    return workflow == null
        ? Mono.empty()
        : CheckpointText.requireKnown(opened, new WorkflowId(workflow));
  }

  private Mono<Long> pruned(CheckpointStore store, @Nullable CheckpointRetention retention) {
    if (retention == null) {
      return Mono.defer(() -> CheckpointCleanup.keepNewest(store, newest()));
    }
    return Mono.defer(
        () ->
            workflow == null
                ? CheckpointCleanup.prune(store, retention)
                : store.prune(new WorkflowId(workflow), retention));
  }

  private int newest() {
    return Objects.requireNonNull(keepNewest);
  }

  private Mono<Integer> listed(CheckpointStore store, @Nullable CheckpointRetention retention) {
    return Flux.defer(() -> prunable(store, retention))
        .collect(Listing::new, Listing::add)
        .map(this::print);
  }

  private Flux<CheckpointInfo> prunable(
      CheckpointStore store, @Nullable CheckpointRetention retention) {
    if (retention == null) {
      return CheckpointCleanup.listBeyondNewest(store, newest());
    }
    return workflow == null
        ? CheckpointCleanup.listPrunable(store, retention)
        : store.listPrunable(new WorkflowId(workflow), retention, Paging.LIMIT_MAX);
  }

  /** Those that are listed are counted, the first ones are shown. */
  private static final class Listing {

    private final List<CheckpointInfo> shown = new ArrayList<>();
    private long count;

    void add(CheckpointInfo info) {
      count++;
      if (shown.size() < Paging.LIMIT_MAX) {
        shown.add(info);
      }
    }
  }

  private int print(Listing listing) {
    PrintWriter out = command.commandLine().getOut();
    if (json) {
      listing.shown.forEach(info -> out.println(CheckpointText.json(info)));
    } else {
      out.println(String.format(Locale.ROOT, "Would be deleted: %,d", listing.count));
      CheckpointText.table(out, listing.shown);
    }
    return ExitCode.OK;
  }
}
