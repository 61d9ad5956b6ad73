package io.holdfast.migration.crash;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.deadletter.DeadLetterKey;
import io.holdfast.deadletter.ItemId;
import java.time.Duration;
import java.util.Map;

/**
 * A number to square. What comes of it depends on the number and on how often it was tried, and on
 * nothing that a process remembers: one in five fails once, one in a hundred fails always.
 */
record Item(int number) {

  static final String STARTED = "item_started";
  static final String COMPLETED = "item_completed";
  static final String FAILED = "item_failed";

  /** After so many failures it is given up. */
  static final int ATTEMPTS_MAX = 3;

  private static final int JOBS = 4;

  static Item of(Json data) {
    return new Item(data.tree().path("item").intValue());
  }

  Json data() {
    return Json.from(Map.of("item", number));
  }

  /** Where its events go: several items share a job. */
  JobId job() {
    return new JobId("map-" + number % JOBS);
  }

  DeadLetterKey key() {
    return new DeadLetterKey(Run.JOB, new ItemId("item-" + number));
  }

  boolean failsOnce() {
    return number % 5 == 1;
  }

  boolean failsForGood() {
    return number % 100 == 50;
  }

  boolean succeedsAt(int attempt) {
    return !failsForGood() && !(failsOnce() && attempt == 1);
  }

  /** After how many attempts it is settled. */
  int attempts() {
    return failsForGood() ? ATTEMPTS_MAX : failsOnce() ? 2 : 1;
  }

  long result() {
    return (long) number * number;
  }

  /** 5 to 44 ms: items overtake each other. */
  Duration takes() {
    return Duration.ofMillis(5 + number * 17 % 40);
  }
}
