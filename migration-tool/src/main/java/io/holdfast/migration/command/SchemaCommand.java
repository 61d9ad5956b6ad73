package io.holdfast.migration.command;

import io.holdfast.Health;
import io.holdfast.UnifiedStorage;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code holdfast schema}. */
@Command(name = "schema", header = "Show or make what Holdfast needs in PostgreSQL.")
public final class SchemaCommand {

  private static final String FOLDER = "/io/holdfast/postgres/schema/";
  private static final String VERSION = "schema version";

  @Spec private CommandSpec command = CommandSpec.create();

  /** {@code holdfast schema print}. */
  @Command(
      name = "print",
      header = "Print the numbered SQL files of the schema, in order.",
      description = {
        "For a database administrator to read. They run in the schema that the storage URL names, when"
            + " a program opens the storage, or with 'schema upgrade'."
      },
      footer = {"", "Example:", "  holdfast schema print | less"})
  public int print() {
    PrintWriter out = command.commandLine().getOut();
    for (String name : read("index").lines().toList()) {
      out.println("-- " + name);
      out.println(read(name));
    }
    return ExitCode.OK;
  }

  /** {@code holdfast schema upgrade}. */
  @Command(
      name = "upgrade",
      header = "Make the schema, or bring it up to date.",
      description = {
        "Programs do so too when they open a storage, unless its URL says upgrade=no. All other"
            + " commands refuse a schema that is not there, or is older, but for those that bring"
            + " data: migrate, events append, dlq import, checkpoints import."
      },
      footer = {
        "",
        "Example:",
        "  holdfast schema upgrade --storage postgresql://app@db.example/app?schema=jobs"
      })
  public int upgrade(@Mixin StorageOption storage) {
    storage.requireServer(command.commandLine());
    return Await.exitCode(storage.upgrading(UnifiedStorage::health).map(this::sayVersion));
  }

  private int sayVersion(Health health) {
    PrintWriter out = command.commandLine().getOut();
    out.println("Schema version " + health.facts().getOrDefault(VERSION, "unknown"));
    // Whatever else is wrong is no reason to think that the upgrade has failed.
    health.problems().forEach(command.commandLine().getErr()::println);
    return ExitCode.OK;
  }

  private static String read(String name) {
    try (InputStream file = SchemaCommand.class.getResourceAsStream(FOLDER + name)) {
      if (file == null) {
        throw new Failed("The PostgreSQL back end is not on the class path: no " + FOLDER + name);
      }
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new Failed("Cannot read " + FOLDER + name + ": " + e);
    }
  }
}
