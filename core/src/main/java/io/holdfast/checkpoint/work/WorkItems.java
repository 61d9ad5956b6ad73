package io.holdfast.checkpoint.work;

import io.holdfast.ConflictException;
import io.holdfast.NotFoundException;
import io.holdfast.deadletter.ItemId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Items in the order in which they were added. Never changes. */
final class WorkItems {

  static final WorkItems NONE = new WorkItems(Map.of(), new WorkItem[0]);

  /** Shared by all that have the same items, so that a step copies references, and no map. */
  private final Map<ItemId, Integer> places;

  private final WorkItem[] items;

  private WorkItems(Map<ItemId, Integer> places, WorkItem[] items) {
    this.places = places;
    this.items = items;
  }

  /** These and {@code added}; fails with {@link ConflictException} if one would be there twice. */
  WorkItems plus(List<WorkItem> added) {
    Map<ItemId, Integer> all = new HashMap<>(places);
    List<WorkItem> longer = new ArrayList<>(list());
    for (WorkItem item : added) {
      if (all.putIfAbsent(item.id(), longer.size()) != null) {
        throw new ConflictException("Work item", item.id().value(), "there once", "there twice");
      }
      longer.add(item);
    }
    return new WorkItems(all, longer.toArray(WorkItem[]::new));
  }

  @Nullable WorkItem find(ItemId id) {
    Integer place = places.get(id);
    return place == null ? null : items[place];
  }

  WorkItem get(ItemId id) {
    WorkItem item = find(id);
    if (item == null) {
      throw new NotFoundException("Work item", id.value());
    }
    return item;
  }

  /** The same with {@code changed} in the place of the item with its id, which is there. */
  WorkItems with(WorkItem changed) {
    WorkItem[] next = items.clone();
    next[Objects.requireNonNull(places.get(changed.id()))] = changed;
    return new WorkItems(places, next);
  }

  /** Each of them changed; ids stay as they are. */
  WorkItems each(UnaryOperator<WorkItem> change) {
    return new WorkItems(places, Arrays.stream(items).map(change).toArray(WorkItem[]::new));
  }

  List<WorkItem> list() {
    return Collections.unmodifiableList(Arrays.asList(items));
  }
}
