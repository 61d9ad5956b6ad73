package io.holdfast.migration.crash;

import io.holdfast.Holdfast;
import io.holdfast.UnifiedStorage;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import reactor.core.publisher.Mono;

/**
 * The process that is killed. It prints the version of each checkpoint once that is committed, and
 * ends by itself only when the run is complete.
 */
public final class OrchestratorProgram {

  private OrchestratorProgram() {}

  /** Takes the storage's URL, the number of items, and a name that no other process has. */
  public static void main(String[] arguments) {
    endWithParent();
    Run run = new Run(Integer.parseInt(arguments[1]));
    OutputStream out = new FileOutputStream(FileDescriptor.out);
    try {
      Mono.usingWhen(
              Holdfast.open(arguments[0]),
              storage ->
                  new Orchestrator(storage, run, arguments[2], version -> print(out, version))
                      .run(),
              UnifiedStorage::close)
          .block();
    } catch (RuntimeException e) {
      e.printStackTrace();
      Runtime.getRuntime().halt(1);
    }
  }

  /** One write a line: a line that was begun is there in full. */
  private static void print(OutputStream out, long version) {
    try {
      out.write((version + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The parent holds the other end of the input: when it is gone, so are we. */
  private static void endWithParent() {
    Thread watch = new Thread(OrchestratorProgram::awaitParent, "parent");
    watch.setDaemon(true);
    watch.start();
  }

  private static void awaitParent() {
    try {
      System.in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      Runtime.getRuntime().halt(1);
    }
  }
}
