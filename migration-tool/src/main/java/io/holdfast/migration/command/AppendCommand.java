package io.holdfast.migration.command;

import io.holdfast.JobId;
import io.holdfast.Position;
import io.holdfast.UnifiedStorage;
import io.holdfast.event.BulkProgress;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import reactor.core.publisher.Mono;

/** {@code holdfast events append}. */
@Command(
    name = "append",
    header = "Append events from standard input, one JSON object a line.",
    description = {
      "Members: job, type (both required; job may come from --job), data, id, correlationId,"
          + " agentId, createdAt (ISO-8601; absent: now). What 'events tail --json' prints is"
          + " accepted; its position and version are given anew.",
      "",
      "Reads no faster than it writes. Stops at the first line that is not an event: what is before"
          + " that line is written, what follows is not. Running it twice appends twice."
    },
    footer = {
      "",
      "Examples:",
      "  echo '{\"job\":\"nightly-7\",\"type\":\"note\",\"data\":{\"by\":\"ada\"}}' |",
      "      holdfast events append --storage file:.holdfast",
      "  holdfast events append --storage \"$DATABASE_URL\" --job import-1 < events.jsonl"
    })
public final class AppendCommand implements Callable<Integer> {

  private static final BulkProgress NOTHING = new BulkProgress(0, Position.BEGINNING);

  @Mixin private final StorageOption storage = new StorageOption();

  @Option(names = "--job", paramLabel = "JOB", description = "The job of lines that name none.")
  private @Nullable String job;

  @Spec private CommandSpec command = CommandSpec.create();

  private volatile BulkProgress committed = NOTHING;

  @Override
  public Integer call() {
    EventLine format = new EventLine(job == null ? null : new JobId(job).value());
    EventLines lines =
        new EventLines(
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)), format);
    return Await.exitCode(
        storage
            .making(opened -> append(opened, lines).doOnError(e -> sayCommitted(" or more")))
            .map(read -> finish(lines.problem())));
  }

  private Mono<Boolean> append(UnifiedStorage opened, EventLines lines) {
    return opened
        .events()
        .appendAll(lines.read())
        .doOnNext(progress -> committed = progress)
        .then(Mono.just(true));
  }

  private int finish(@Nullable String problem) {
    sayCommitted("");
    if (problem != null) {
      throw new Failed("standard input, " + problem + "; nothing from there on was written");
    }
    return ExitCode.OK;
  }

  private void sayCommitted(String qualifier) {
    BulkProgress last = committed;
    String position = last.events() == 0 ? "" : ", last position " + last.position();
    command
        .commandLine()
        .getOut()
        .println(
            "Appended %d%s %s%s"
                .formatted(
                    last.events(), qualifier, last.events() == 1 ? "event" : "events", position));
  }
}
