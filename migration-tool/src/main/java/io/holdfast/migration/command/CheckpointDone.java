package io.holdfast.migration.command;

import io.holdfast.Json;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;

/** Says what a command has done with checkpoints. */
final class CheckpointDone {

  private CheckpointDone() {}

  static int say(CommandSpec command, boolean json, String done, String what, long count) {
    PrintWriter out = command.commandLine().getOut();
    String noun = count == 1 ? "checkpoint" : "checkpoints";
    out.println(
        json
            ? Json.from(Map.of("done", done, "what", what, "checkpoints", count))
            : String.format(Locale.ROOT, "%s: %s %,d %s", what, done, count, noun));
    return ExitCode.OK;
  }
}
