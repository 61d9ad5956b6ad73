package io.holdfast.deadletter;

import io.holdfast.InvalidInputException;
import io.holdfast.Json;
import io.holdfast.event.JsonCondition;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Conditions on the data of an item.
 *
 * @param contains it {@linkplain Json#contains contains} this
 * @param where all of these hold in it, {@value #CONDITIONS_MAX} at most
 */
public record ItemFilter(@Nullable Json contains, List<JsonCondition> where) {

  /** How many conditions there may be. */
  public static final int CONDITIONS_MAX = 50;

  /** Whatever it is. */
  public static final ItemFilter ANY = new ItemFilter(null, List.of());

  /** Checks how much is asked. */
  public ItemFilter {
    where = List.copyOf(where);
    if (where.size() > CONDITIONS_MAX) {
      throw new InvalidInputException(
          "JSON conditions", "at most " + CONDITIONS_MAX + ", was " + where.size());
    }
  }

  boolean matches(Json data) {
    return (contains == null || data.contains(contains)) && (where.isEmpty() || holdIn(data));
  }

  private boolean holdIn(Json data) {
    JsonNode tree = data.tree();
    return where.stream().allMatch(condition -> condition.holdsIn(tree));
  }
}
