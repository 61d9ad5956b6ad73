package io.holdfast.migration.command;

import io.holdfast.migration.copy.Damaged;
import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What is done about damaged records of a source. */
final class ErrorOption {

  private static final String STOP = "stop";

  /** So many places are remembered at most, about a hundred bytes each. */
  private static final int PASSED_MAX = 100_000;

  private static final Pattern MAX = Pattern.compile("max=([1-9][0-9]{0,5})");

  @Option(
      names = "--on-error",
      paramLabel = "stop|continue|max=N",
      defaultValue = STOP,
      description = {
        "Of a storage: what to do about a record that is damaged. 'max=N' passes over N of them and"
            + " stops at the next one; 'continue' is max="
            + PASSED_MAX
            + ". Everything else is copied and proved, and the exit code is 1. Default:"
            + " ${DEFAULT-VALUE}"
      })
  private String choice = STOP;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command = CommandSpec.create();

  /** True if damaged records are passed over. */
  boolean passesOver() {
    return !choice.equals(STOP);
  }

  /** Fails if it makes no sense. */
  void check() {
    int unused = recordsMax();
  }

  /** For a source that is read now; {@code lines} gets a line for each. */
  Damaged open(@Nullable Path lines) throws IOException {
    return passesOver() ? Damaged.upTo(recordsMax(), lines) : Damaged.stop();
  }

  private int recordsMax() {
    Matcher max = MAX.matcher(choice);
    if (max.matches() && Integer.parseInt(max.group(1)) <= PASSED_MAX) {
      return Integer.parseInt(max.group(1));
    }
    return switch (choice) {
      case STOP -> 0;
      case "continue" -> PASSED_MAX;
      default ->
          throw new ParameterException(
              command.commandLine(),
              "--on-error must be stop, continue or max=N with N from 1 to "
                  + PASSED_MAX
                  + ", was "
                  + choice);
    };
  }
}
