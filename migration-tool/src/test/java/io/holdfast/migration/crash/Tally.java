package io.holdfast.migration.crash;

import static java.util.stream.Collectors.toSet;

import io.holdfast.Json;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * What has come of the items so far: the state that a checkpoint saves.
 *
 * @param results by number, of the items that are done
 * @param failed the items that have failed, once or more often, whatever came of them later
 * @param givenUp the items that have failed for good
 */
record Tally(Map<Integer, Long> results, Set<Integer> failed, Set<Integer> givenUp) {

  static final Tally EMPTY = new Tally(Map.of(), Set.of(), Set.of());

  /** True if the item has not been tried. */
  boolean isNew(Item item) {
    return !results.containsKey(item.number()) && !failed.contains(item.number());
  }

  /** With what comes of {@code attempt}. */
  Tally plus(Attempt attempt) {
    int number = attempt.item().number();
    if (attempt.succeeds()) {
      Map<Integer, Long> more = new HashMap<>(results);
      more.put(number, attempt.item().result());
      return new Tally(more, failed, givenUp);
    }
    return new Tally(
        results, with(failed, number), attempt.isLast() ? with(givenUp, number) : givenUp);
  }

  private static Set<Integer> with(Set<Integer> numbers, int number) {
    Set<Integer> more = new HashSet<>(numbers);
    more.add(number);
    return more;
  }

  /** How many items need no more work. */
  int settled() {
    return results.size() + givenUp.size();
  }

  /** What the run is for. */
  long sum() {
    return results.values().stream().mapToLong(Long::longValue).sum();
  }

  Json encode() {
    return Json.from(Map.of("results", results, "failed", failed, "givenUp", givenUp));
  }

  static Tally decode(Json json) {
    JsonNode tree = json.tree();
    return new Tally(
        tree.path("results").properties().stream()
            .collect(
                Collectors.toMap(
                    result -> Integer.valueOf(result.getKey()),
                    result -> result.getValue().longValue())),
        numbers(tree.path("failed")),
        numbers(tree.path("givenUp")));
  }

  private static Set<Integer> numbers(JsonNode array) {
    return array.valueStream().map(JsonNode::intValue).collect(toSet());
  }
}
