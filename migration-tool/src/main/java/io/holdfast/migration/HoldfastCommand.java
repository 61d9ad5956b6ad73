package io.holdfast.migration;

import io.holdfast.migration.command.CheckpointsCommand;
import io.holdfast.migration.command.DeadLettersCommand;
import io.holdfast.migration.command.EventsCommand;
import io.holdfast.migration.command.ExitCode;
import io.holdfast.migration.command.ExportCommand;
import io.holdfast.migration.command.Failures;
import io.holdfast.migration.command.HealthCommand;
import io.holdfast.migration.command.ImportCommand;
import io.holdfast.migration.command.LocksCommand;
import io.holdfast.migration.command.MigrateCommand;
import io.holdfast.migration.command.PartitionsCommand;
import io.holdfast.migration.command.SchemaCommand;
import io.holdfast.migration.command.SearchCommand;
import io.holdfast.migration.command.SessionsCommand;
import io.holdfast.migration.command.Shutdown;
import io.holdfast.migration.command.StandardOutput;
import io.holdfast.migration.command.SubscriptionsCommand;
import io.holdfast.migration.command.Verbose;
import io.holdfast.migration.command.VerifyCommand;
import io.holdfast.migration.command.Version;
import io.holdfast.migration.command.WorkflowsCommand;
import io.holdfast.migration.demo.DemoCommand;
import io.holdfast.migration.demo.WorkerCommand;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ScopeType;

/** The command line {@code holdfast}. */
@Command(
    name = "holdfast",
    header = "Durable, reactive state for workflow orchestrators.",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = Version.class,
    sortOptions = false,
    usageHelpWidth = 100,
    synopsisSubcommandLabel = "COMMAND",
    descriptionHeading = "%n",
    commandListHeading = "%nCommands:%n",
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:not done, or differences were found",
      "2:not asked for properly",
      "3:the storage cannot be reached, or is not healthy",
      "130:ended by Ctrl-C (143: by SIGTERM)"
    },
    subcommands = {
      MigrateCommand.class,
      VerifyCommand.class,
      ExportCommand.class,
      ImportCommand.class,
      EventsCommand.class,
      PartitionsCommand.class,
      SessionsCommand.class,
      SubscriptionsCommand.class,
      LocksCommand.class,
      CheckpointsCommand.class,
      DeadLettersCommand.class,
      WorkflowsCommand.class,
      HealthCommand.class,
      SearchCommand.class,
      SchemaCommand.class,
      DemoCommand.class,
      WorkerCommand.class,
      CommandLine.HelpCommand.class
    })
public final class HoldfastCommand {

  @Mixin private final Verbose verbose = new Verbose();

  private HoldfastCommand() {}

  /** Runs the command line and ends the process. */
  public static void main(String[] args) {
    Shutdown.install();
    StandardOutput output = new StandardOutput();
    PrintWriter out = utf8(output);
    PrintWriter err = utf8(new FileOutputStream(FileDescriptor.err));
    int exitCode = execute(commandLine().setOut(out).setErr(err), args);
    out.flush();
    if (output.failure() != null) {
      err.println("holdfast: Cannot write to the standard output: " + output.failure());
      exitCode = exitCode == 0 ? 1 : exitCode;
    }
    Shutdown.commandEnded();
    System.exit(exitCode);
  }

  /** A driver that is first used while the process ends cannot be loaded any more. */
  private static int execute(CommandLine command, String... args) {
    try {
      return command.execute(args);
    } catch (LinkageError e) {
      if (!Shutdown.isAskedFor()) {
        throw e;
      }
      command.getErr().println("holdfast: Interrupted");
      return ExitCode.INTERRUPTED;
    }
  }

  /** The command line, to be executed in this process. */
  public static CommandLine commandLine() {
    HoldfastCommand holdfast = new HoldfastCommand();
    Failures failures = new Failures(holdfast.verbose);
    return new CommandLine(holdfast)
        .setExecutionStrategy(holdfast.verbose::execute)
        .setExecutionExceptionHandler(failures)
        .setParameterExceptionHandler(failures);
  }

  private static PrintWriter utf8(OutputStream stream) {
    return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
  }
}
