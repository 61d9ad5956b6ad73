package io.holdfast.migration.demo;

import io.holdfast.migration.command.Await;
import io.holdfast.migration.command.ExitCode;
import io.holdfast.migration.command.StorageOption;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import reactor.core.publisher.Mono;

/** The process of the demo that is killed: {@code holdfast demo-worker}. */
@Command(name = WorkerCommand.NAME, hidden = true, header = "Work for 'holdfast demo'.")
public final class WorkerCommand implements Callable<Integer> {

  static final String NAME = "demo-worker";

  @Mixin private final StorageOption storage = new StorageOption();

  @Option(names = "--name", required = true, paramLabel = "NAME")
  private String name = "";

  @Override
  public Integer call() {
    return Await.exitCode(
        storage.using(opened -> new Worker(opened, name).run().then(Mono.just(ExitCode.OK))));
  }
}
