package io.holdfast.migration.command;

import io.holdfast.JobId;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code holdfast subscriptions release}. */
@Command(
    name = "release",
    header = "Let go of a held job.",
    description = {
      "Its dead letters of this subscription are handled again, in order, and then its events. If"
          + " one fails again, the job is held again."
    },
    footer = {
      "",
      "Example:",
      "  holdfast subscriptions release billing --job nightly-7 --storage file:.holdfast"
    })
public final class SubscriptionReleaseCommand implements Callable<Integer> {

  @Mixin private final SubscriptionChange change = new SubscriptionChange();

  @Option(names = "--job", required = true, paramLabel = "JOB", description = "The job.")
  private String job = "";

  @Override
  public Integer call() {
    JobId held = new JobId(job);
    return change.apply("released " + job, subscription -> subscription.release(held));
  }
}
