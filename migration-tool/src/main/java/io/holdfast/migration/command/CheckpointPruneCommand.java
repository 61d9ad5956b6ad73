package io.holdfast.migration.command;

import io.holdfast.InvalidInputException;
import io.holdfast.Json;
import io.holdfast.Paging;
import io.holdfast.UnifiedStorage;
import io.holdfast.WorkflowId;
import io.holdfast.checkpoint.CheckpointInfo;
import io.holdfast.checkpoint.CheckpointRetention;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import reactor.core.publisher.Mono;

/** {@code holdfast checkpoints prune}. */
@Command(
    name = "prune",
    header = "Delete old checkpoints of a workflow for good.",
    description = {
      "Those that no rule keeps; the newest one always stays. Saves may go on meanwhile. Asks for"
          + " --yes, and with --dry-run only lists what would go, up to 10,000."
    },
    footer = {
      "",
      "Examples:",
      "  holdfast checkpoints prune nightly-7 --keep-last 10 --dry-run --storage \"$DATABASE_URL\"",
      "  holdfast checkpoints prune nightly-7 --keep-last 1 --older-than 7d \\",
      "      --keep '{\"final\":true}' --yes --storage \"$DATABASE_URL\""
    })
public final class CheckpointPruneCommand implements Callable<Integer> {

  private static final Pattern AGE = Pattern.compile("([1-9][0-9]{0,5})([dhm])");

  @Mixin private final StorageOption storage = new StorageOption();

  @Parameters(paramLabel = "WORKFLOW", description = "The workflow.")
  private String workflow = "";

  @Option(
      names = "--keep-last",
      required = true,
      paramLabel = "N",
      description = "The newest N stay, at least 1.")
  private int keepLast;

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
    WorkflowId id = new WorkflowId(workflow);
    CheckpointRetention retention = retention();
    if (dryRun) {
      return Await.exitCode(storage.reading(opened -> list(opened, id, retention)));
    }
    return Await.exitCode(
        storage
            .using(opened -> opened.checkpoints().prune(id, retention))
            .map(deleted -> CheckpointDone.say(command, json, "deleted", workflow, deleted)));
  }

  private CheckpointRetention retention() {
    CheckpointRetention retention = CheckpointRetention.last(keepLast);
    retention =
        olderThan == null ? retention : retention.savedBefore(Instant.now().minus(age(olderThan)));
    return keep == null ? retention : retention.keeping(Json.of(keep));
  }

  private static Duration age(String text) {
    Matcher matcher = AGE.matcher(text);
    if (!matcher.matches()) {
      throw new InvalidInputException("age", "must be like 7d, 24h or 30m, was " + text);
    }
    long count = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "d" -> Duration.ofDays(count);
      case "h" -> Duration.ofHours(count);
      default -> Duration.ofMinutes(count);
    };
  }

  private Mono<Integer> list(UnifiedStorage opened, WorkflowId id, CheckpointRetention retention) {
    return opened
        .checkpoints()
        .listPrunable(id, retention, Paging.LIMIT_MAX)
        .collectList()
        .map(this::print);
  }

  private int print(List<CheckpointInfo> infos) {
    PrintWriter out = command.commandLine().getOut();
    if (json) {
      infos.forEach(info -> out.println(CheckpointText.json(info)));
    } else {
      out.println("Would be deleted: " + infos.size());
      CheckpointText.table(out, infos);
    }
    return ExitCode.OK;
  }
}
