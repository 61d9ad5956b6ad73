package io.holdfast.migration.command;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code holdfast schema}. */
@Command(name = "schema", header = "Show what Holdfast creates in PostgreSQL.")
public final class SchemaCommand {

  private static final String FOLDER = "/io/holdfast/postgres/schema/";

  @Spec private CommandSpec command = CommandSpec.create();

  /** {@code holdfast schema print}. */
  @Command(
      name = "print",
      header = "Print the numbered SQL files of the schema, in order.",
      description = {
        "For a database administrator to read. Opening a storage applies them; they run in the"
            + " schema that the storage URL names."
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
