package io.holdfast.migration.command;

import io.holdfast.JobId;
import io.holdfast.deadletter.DeadLetter;
import io.holdfast.deadletter.DeadLetterKey;
import io.holdfast.deadletter.ItemId;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code holdfast dlq show}. */
@Command(
    name = "show",
    header = "Show one dead letter with all of its failures.",
    footer = {
      "",
      "Examples:",
      "  holdfast dlq show nightly-7 item-12 --storage file:.holdfast",
      "  holdfast dlq show nightly-7 item-12 --json --storage \"$DATABASE_URL\""
    })
public final class LetterShowCommand implements Callable<Integer> {

  @Mixin private final StorageOption storage = new StorageOption();

  @Parameters(index = "0", paramLabel = "JOB", description = "The job.")
  private String job = "";

  @Parameters(index = "1", paramLabel = "ITEM", description = "The item.")
  private String item = "";

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Spec private CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() {
    DeadLetterKey key = new DeadLetterKey(new JobId(job), new ItemId(item));
    return Await.exitCode(
        storage.reading(opened -> opened.deadLetters().get(key).map(this::print)));
  }

  private int print(DeadLetter letter) {
    PrintWriter out = command.commandLine().getOut();
    if (json) {
      out.println(DeadLetter.KIND.encode(letter));
    } else {
      LetterText.details(out, letter, Instant.now());
    }
    return ExitCode.OK;
  }
}
