package io.holdfast.migration.command;

import io.holdfast.deadletter.DeadLetterFilter;
import io.holdfast.deadletter.DeadLetterPatterns;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code holdfast dlq patterns}. */
@Command(
    name = "patterns",
    header = "Say what dead letters have in common.",
    description = {
      "Groups of like failures with samples, how often each type of error comes, and how many"
          + " failed in which hour. Looks at all that match."
    },
    footer = {
      "",
      "Examples:",
      "  holdfast dlq patterns --storage file:.holdfast",
      "  holdfast dlq patterns --since 2026-11-20 --limit 5 --storage \"$DATABASE_URL\""
    })
public final class LetterPatternsCommand implements Callable<Integer> {

  @Mixin private final StorageOption storage = new StorageOption();
  @Mixin private final LetterFilterOption letters = new LetterFilterOption();

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "24",
      description = "The most groups, types and hours. Default: ${DEFAULT-VALUE}.")
  private int limit;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Spec private CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() {
    DeadLetterFilter filter = letters.filter(command.commandLine()).limit(limit);
    return Await.exitCode(
        storage.reading(opened -> opened.deadLetters().patterns(filter).map(this::print)));
  }

  private int print(DeadLetterPatterns patterns) {
    PrintWriter out = command.commandLine().getOut();
    if (json) {
      out.println(LetterText.json(patterns));
    } else {
      LetterText.patterns(out, patterns);
    }
    return ExitCode.OK;
  }
}
