package io.holdfast.dual;

import io.holdfast.RecordKind;
import io.holdfast.UnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the following side may lack, as far as this process knows: what is being written, was
 * written and is not copied, or may still be written by somebody who did not wait for the end. What
 * of it a crash forgets, the comparison at the next opening finds.
 */
final class Pending {

  /** More single records of a kind than this are forgotten for a look at the whole kind. */
  static final int RECORDS_MAX = 10_000;

  /** How long after a write has ended, nobody knows how, its record is looked at again. */
  private static final List<Duration> LOOKS_AGAIN =
      List.of(Duration.ofSeconds(1), Duration.ofSeconds(10), Duration.ofSeconds(60));

  private static final long BACKOFF_MIN = Duration.ofMillis(50).toNanos();

  /** Up to 3.2 s for one record, and 51 s for many, which are read one and all. */
  private static final int DOUBLINGS_OF_ONE = 6;

  private static final int DOUBLINGS_OF_MANY = 10;

  private final Map<RecordKind<?>, Shelf> shelves = new HashMap<>();
  private long sequence;

  /** An area to be copied, and which of its changes that would bring over. */
  record Task(Area area, long change) {}

  /** The areas of one kind, and how many of them belong to the same thing. */
  private static final class Shelf {

    private final Map<Area, Entry> entries = new LinkedHashMap<>();
    private final Map<String, Integer> byFirst = new HashMap<>();
  }

  private static final class Entry {

    private int writers;
    private long changed;
    private long copied;
    private long changedAt;
    private long due;
    private int failures;
    private @Nullable String problem;
    private boolean isRefused;
    private int looksLeft;
    private long uncertainSince;
    private boolean isDueAgain;
    private long takenAt;
    private long foldedAt;

    boolean isLacking() {
      return changed > copied;
    }

    void succeeds() {
      failures = 0;
      problem = null;
      isRefused = false;
      due = System.nanoTime();
    }

    void isUncertain() {
      looksLeft = LOOKS_AGAIN.size();
      uncertainSince = System.nanoTime();
    }

    long nextLook() {
      return uncertainSince + LOOKS_AGAIN.get(LOOKS_AGAIN.size() - looksLeft).toNanos();
    }

    /** Only looks whose time has come are over; there may be any number of others. */
    void isLookedAt() {
      while (looksLeft > 0 && nextLook() - takenAt <= 0) {
        looksLeft--;
      }
    }

    /** The following side has it; a look that began before it stood for many does not count. */
    void has(long change) {
      copied = change < foldedAt ? copied : Math.max(copied, change);
    }

    boolean isToBeSeen() {
      return isLacking() || isDueAgain;
    }
  }

  /** A write to {@code area} begins. */
  synchronized void begin(Area area) {
    entry(area).writers++;
  }

  /** The write has ended; uncertainly, if it may go on where nobody looks. */
  synchronized void end(Area area, boolean certain) {
    Entry entry = entry(area);
    entry.writers--;
    change(entry);
    if (!certain) {
      entry.isUncertain();
    }
    fold(area.kind());
  }

  /** The write has ended, and what it has changed was said. */
  synchronized void quit(Area area) {
    Entry entry = entry(area);
    entry.writers--;
    if (entry.writers == 0 && !entry.isToBeSeen()) {
      forget(area);
    }
  }

  /** Something has changed, or is to be looked at. */
  synchronized void touch(Area area) {
    change(entry(area));
    fold(area.kind());
  }

  private Entry entry(Area area) {
    Shelf shelf = shelves.computeIfAbsent(area.kind(), kind -> new Shelf());
    Entry there = shelf.entries.get(area);
    if (there != null) {
      return there;
    }
    Entry entry = new Entry();
    entry.copied = sequence;
    entry.changed = sequence;
    shelf.entries.put(area, entry);
    if (area.extent() != Area.Extent.ALL) {
      var unused = shelf.byFirst.merge(area.key().first(), 1, Integer::sum);
    }
    return entry;
  }

  private void change(Entry entry) {
    if (!entry.isLacking()) {
      entry.changedAt = System.nanoTime();
    }
    entry.changed = ++sequence;
    entry.due = entry.failures == 0 ? System.nanoTime() : entry.due;
  }

  /** Memory has an end: where too much is waiting, the kind is compared as a whole. */
  private void fold(RecordKind<?> kind) {
    Shelf shelf = shelves.get(kind);
    if (shelf == null || shelf.entries.size() <= RECORDS_MAX) {
      return;
    }
    Entry all = entry(Area.all(kind));
    List<Area> idle = new ArrayList<>();
    shelf.entries.forEach(
        (area, entry) -> {
          if (entry.writers == 0 && area.extent() != Area.Extent.ALL) {
            idle.add(area);
            takeOver(entry, all);
          }
        });
    idle.forEach(this::forget);
    change(all);
    all.foldedAt = all.changed;
  }

  /** What one was waiting for, all are now. */
  private static void takeOver(Entry one, Entry all) {
    if (one.isLacking()) {
      all.copied = Math.min(all.copied, one.copied);
    }
    if (one.looksLeft > 0) {
      all.isUncertain();
    }
  }

  private void forget(Area area) {
    Shelf shelf = shelves.get(area.kind());
    if (shelf != null && shelf.entries.remove(area) != null) {
      var unused =
          shelf.byFirst.computeIfPresent(
              area.key().first(), (first, count) -> count == 1 ? null : count - 1);
    }
  }

  /** Up to {@code most} areas of one record, or else of several, whose time has come. */
  synchronized List<Task> due(RecordKind<?> kind, boolean ones, int most) {
    Shelf shelf = shelves.get(kind);
    List<Task> due = new ArrayList<>();
    long now = System.nanoTime();
    if (shelf != null) {
      for (Map.Entry<Area, Entry> each : shelf.entries.entrySet()) {
        Entry entry = each.getValue();
        if (due.size() < most
            && each.getKey().isOne() == ones
            && entry.isToBeSeen()
            && entry.due - now <= 0) {
          entry.takenAt = now;
          due.add(new Task(each.getKey(), entry.changed));
        }
      }
    }
    return due;
  }

  /** The following side has it as it was at that change, or later. */
  synchronized void copied(Task task) {
    Entry entry = find(task.area());
    if (entry == null) {
      return;
    }
    entry.succeeds();
    entry.has(task.change());
    entry.isLookedAt();
    entry.isDueAgain = false;
    if (entry.isLacking()) {
      toTheEnd(task.area(), entry);
    } else if (entry.looksLeft > 0) {
      entry.due = entry.nextLook();
      entry.isDueAgain = true;
    } else if (entry.writers == 0) {
      forget(task.area());
    }
  }

  /**
   * It was changed on the leading side each time it was looked at; {@code written} if the following
   * side has it as it was at the task's change, or later. There is nothing wrong with that, but it
   * has to be looked at again.
   */
  synchronized void isChanging(Task task, boolean written) {
    Entry entry = find(task.area());
    if (entry == null) {
      return;
    }
    entry.succeeds();
    entry.isDueAgain = true;
    if (written) {
      entry.has(task.change());
    }
    toTheEnd(task.area(), entry);
  }

  /** Others come first the next time. */
  private void toTheEnd(Area area, Entry entry) {
    Map<Area, Entry> entries = Objects.requireNonNull(shelves.get(area.kind())).entries;
    entries.remove(area);
    entries.put(area, entry);
  }

  /**
   * What was not taken is tried again at once. What may have been written since it was looked at
   * lacks until that is done once more; the looks that it is due are due all the same.
   */
  synchronized void hurry() {
    shelves.values().stream()
        .flatMap(shelf -> shelf.entries.values().stream())
        .filter(Entry::isToBeSeen)
        .forEach(this::hurry);
  }

  private void hurry(Entry entry) {
    entry.failures = 0;
    entry.due = System.nanoTime();
    if (entry.isDueAgain || entry.looksLeft > 0) {
      change(entry);
    }
  }

  /**
   * The following side did not take it; it is tried again later and later.
   *
   * @param mayBeWritten true if it may still be written, where nobody looks
   */
  synchronized void failed(Task task, Throwable failure, boolean mayBeWritten) {
    Entry entry = find(task.area());
    if (entry != null) {
      int most = task.area().isOne() ? DOUBLINGS_OF_ONE : DOUBLINGS_OF_MANY;
      entry.problem = failure.toString();
      entry.isRefused = !(failure instanceof UnavailableException);
      if (mayBeWritten) {
        entry.isUncertain();
      }
      entry.due = System.nanoTime() + (BACKOFF_MIN << Math.min(entry.failures, most));
      entry.failures++;
    }
  }

  /** What the following side has not taken of a kind, and why; empty if there is nothing. */
  synchronized Optional<String> problem(RecordKind<?> kind) {
    Shelf shelf = shelves.get(kind);
    return shelf == null
        ? Optional.empty()
        : shelf.entries.entrySet().stream()
            .filter(each -> each.getValue().problem != null)
            .findFirst()
            .map(each -> each.getKey() + ": " + each.getValue().problem);
  }

  private @Nullable Entry find(Area area) {
    Shelf shelf = shelves.get(area.kind());
    return shelf == null ? null : shelf.entries.get(area);
  }

  /** True if the following side has everything in {@code area} that was acknowledged here. */
  synchronized boolean isFresh(Area area) {
    Shelf shelf = shelves.get(area.kind());
    if (shelf == null || shelf.entries.isEmpty()) {
      return true;
    }
    String first = area.key().first();
    return switch (area.extent()) {
      case ALL -> false;
      case GROUP -> !shelf.byFirst.containsKey(first) && !has(shelf, Area.all(area.kind()));
      case ONE ->
          !has(shelf, area)
              && !has(shelf, Area.group(area.kind(), first))
              && !has(shelf, Area.all(area.kind()));
    };
  }

  private static boolean has(Shelf shelf, Area area) {
    return shelf.entries.containsKey(area);
  }

  /** The newest change. */
  synchronized long now() {
    return sequence;
  }

  /** True if every change up to {@code change} has been copied. */
  synchronized boolean isCopied(long change) {
    return shelves.values().stream()
        .flatMap(shelf -> shelf.entries.values().stream())
        .noneMatch(entry -> entry.isLacking() && entry.copied < change);
  }

  /**
   * True if all of {@code areas} that can be copied are, up to {@code change}. What cannot, and not
   * because a side is away, stays here by itself.
   */
  synchronized boolean isSettled(List<Area> areas, long change) {
    return areas.stream()
        .map(this::find)
        .noneMatch(
            entry ->
                entry != null && entry.isLacking() && entry.copied < change && !entry.isRefused);
  }

  synchronized int size() {
    return shelves.values().stream().mapToInt(shelf -> shelf.entries.size()).sum();
  }

  /** For how long something has been lacking. */
  synchronized Duration lag() {
    long now = System.nanoTime();
    long longest =
        shelves.values().stream()
            .flatMap(shelf -> shelf.entries.values().stream())
            .filter(Entry::isLacking)
            .mapToLong(entry -> now - entry.changedAt)
            .max()
            .orElse(0);
    return Duration.ofNanos(Math.max(0, longest));
  }
}
