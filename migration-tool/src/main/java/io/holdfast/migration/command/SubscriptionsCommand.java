package io.holdfast.migration.command;

import picocli.CommandLine.Command;

/** {@code holdfast subscriptions}. */
@Command(
    name = "subscriptions",
    header = "Watch and steer durable subscriptions.",
    subcommands = {
      SubscriptionListCommand.class,
      SubscriptionShowCommand.class,
      SubscriptionPauseCommand.class,
      SubscriptionResumeCommand.class,
      SubscriptionRewindCommand.class,
      SubscriptionResetCommand.class,
      SubscriptionReleaseCommand.class,
      SubscriptionDeleteCommand.class
    })
public final class SubscriptionsCommand {}
