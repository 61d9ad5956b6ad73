package io.holdfast.migration.command;

import io.holdfast.Json;
import io.holdfast.subscription.DurableSubscription;
import io.holdfast.subscription.SubscriptionName;
import java.io.PrintWriter;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import reactor.core.publisher.Mono;

/** What the commands that change a durable subscription have in common. */
final class SubscriptionChange {

  @Mixin private final StorageOption storage = new StorageOption();

  @Parameters(paramLabel = "NAME", description = "The subscription.")
  private String name = "";

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command = CommandSpec.create();

  /** Refuses to go on unless {@code yes}: {@code what} cannot be undone. */
  void requireYes(boolean yes, String what) {
    if (!yes) {
      throw new ParameterException(
          command.commandLine(), what + "; add --yes if that is what you want");
    }
  }

  ParameterException misused(String why) {
    return new ParameterException(command.commandLine(), why);
  }

  /** Does it, and says {@code done}; fails if there is no such subscription. */
  int apply(String done, Function<DurableSubscription, Mono<Void>> change) {
    return Await.exitCode(
        storage
            .using(
                opened ->
                    opened
                        .subscriptions()
                        .get(new SubscriptionName(name))
                        .then(change.apply(opened.subscription(name)))
                        .thenReturn(true))
            .map(changed -> say(done)));
  }

  private int say(String done) {
    PrintWriter out = command.commandLine().getOut();
    out.println(json ? Json.from(Map.of("subscription", name, "done", done)) : name + ": " + done);
    return ExitCode.OK;
  }
}
