package io.holdfast.checkpoint.work;

import io.holdfast.ConflictException;
import io.holdfast.CorruptDataException;
import io.holdfast.InvalidInputException;
import io.holdfast.Json;
import io.holdfast.Names;
import io.holdfast.NotFoundException;
import io.holdfast.checkpoint.CheckpointContent;
import io.holdfast.deadletter.Failure;
import io.holdfast.deadletter.ItemId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * Where the work of a run stands: its phases in order, and the items of each. Immutable; each step
 * returns the next state, so that it can be kept in an {@link
 * java.util.concurrent.atomic.AtomicReference}. A step copies one reference an item.
 *
 * <p>An item is added as pending, started, and then completed or failed; a failed one may be tried
 * again. Work goes on in one phase at a time. A step that is not allowed fails with {@link
 * ConflictException}, one with an item that is not there with {@link NotFoundException}, and
 * changes nothing.
 */
public final class WorkState {

  private final String definition;
  private final List<String> phases;
  private final int phase;
  private final WorkItems items;
  private final Json context;

  WorkState(String definition, List<String> phases, int phase, WorkItems items, Json context) {
    this.definition = Names.check("definition", definition);
    this.phases = List.copyOf(phases);
    this.phase = phase;
    this.items = items;
    this.context = Objects.requireNonNull(context, "context");
  }

  /**
   * A run that is in its first phase and has no items yet.
   *
   * @param definition what tells the definition from another, a {@linkplain Names#check name}; for
   *     one that is a document, {@link io.holdfast.checkpoint.StateDigest} has its SHA-256
   * @param phases in order, at least one, {@linkplain Names#check names}, none of them twice
   * @throws InvalidInputException if something is not as it must be
   */
  public static WorkState begin(String definition, List<String> phases) {
    WorkStateForm.requirePhases(phases);
    return new WorkState(definition, phases, 0, WorkItems.NONE, Json.EMPTY);
  }

  /** What tells the definition from another. */
  public String definition() {
    return definition;
  }

  /** All phases, in order. */
  public List<String> phases() {
    return phases;
  }

  /** The phase that the run is in. */
  public String phase() {
    return phases.get(phase);
  }

  /** Whatever else the orchestrator wants to find again; at first the empty object. */
  public Json context() {
    return context;
  }

  /** All items of all phases, in the order in which they were added; not to be changed. */
  public List<WorkItem> items() {
    return items.list();
  }

  /** The items of the current phase that have this status, in the order of {@link #items}. */
  public List<WorkItem> items(WorkStatus status) {
    return items(phase(), status);
  }

  /** The items of any phase that have this status; empty if there is no such phase. */
  public List<WorkItem> items(String of, WorkStatus status) {
    Objects.requireNonNull(of, "phase");
    Objects.requireNonNull(status, "status");
    return items.list().stream()
        .filter(item -> item.status() == status && item.phase().equals(of))
        .toList();
  }

  /** The item; fails with {@link NotFoundException} if there is none. */
  public WorkItem item(ItemId id) {
    return items.get(id);
  }

  /** True if no item of the current phase is pending or in progress. */
  public boolean isPhaseDone() {
    return items.list().stream()
        .allMatch(item -> item.status().isSettled() || !item.phase().equals(phase()));
  }

  /** True if the last phase is done. */
  public boolean isDone() {
    return phase == phases.size() - 1 && isPhaseDone();
  }

  /** The same with another context. */
  public WorkState withContext(Json next) {
    return new WorkState(definition, phases, phase, items, next);
  }

  /** The same run of another definition. */
  WorkState withDefinition(String next) {
    return new WorkState(next, phases, phase, items, context);
  }

  private WorkState withItems(WorkItems next) {
    return new WorkState(definition, phases, phase, next, context);
  }

  /**
   * Adds items, in the order of the map, to the current phase or to a later one. One that is there
   * already, in that phase and with equal data, is left as it is, so that a run that was resumed
   * may add all that it had; what was made by earlier phases belongs into their results. Fails with
   * {@link ConflictException} if one is there otherwise, or if one is new and the phase over.
   *
   * @throws InvalidInputException if there is no such phase
   */
  public WorkState add(String to, Map<ItemId, Json> data) {
    int place = WorkStateForm.place(phases, to);
    List<WorkItem> added = new ArrayList<>();
    data.forEach(
        (id, what) -> {
          WorkItem there = items.find(id);
          if (there == null) {
            added.add(WorkItem.pending(id, to, what));
          } else if (!there.phase().equals(to) || !there.data().equals(what)) {
            throw new ConflictException(
                "Work item", id.value(), "new", "there with other data, or in another phase");
          }
        });
    if (!added.isEmpty() && place < phase) {
      throw new ConflictException("Phase", to, phase() + " or later", "over");
    }
    return added.isEmpty() ? this : withItems(items.plus(added));
  }

  /** Somebody begins with a pending item of the current phase. */
  public WorkState start(ItemId id) {
    return step(id, WorkStatus.PENDING, WorkItem::started);
  }

  /** An item that was in progress is done. */
  public WorkState complete(ItemId id, Json result) {
    Objects.requireNonNull(result, "result");
    return step(id, WorkStatus.IN_PROGRESS, item -> item.completed(result));
  }

  /**
   * An item that was in progress has failed, and is not to be tried again by itself. Its dead
   * letter is the caller's to add, in the transaction that saves this state.
   *
   * @throws InvalidInputException if the failure's number is below {@link WorkItem#nextAttempt}: a
   *     dead letter would take it for one that it has
   */
  public WorkState fail(ItemId id, Failure failure) {
    return step(
        id,
        WorkStatus.IN_PROGRESS,
        item -> {
          if (failure.attempt() < item.nextAttempt()) {
            throw new InvalidInputException(
                "attempt",
                "must be at least " + item.nextAttempt() + ", was " + failure.attempt(),
                "work item " + id);
          }
          return item.failed(failure);
        });
  }

  /** A failed item of the current phase is pending again. */
  public WorkState retry(ItemId id) {
    return step(id, WorkStatus.FAILED, WorkItem::reset);
  }

  private WorkState step(ItemId id, WorkStatus from, UnaryOperator<WorkItem> change) {
    WorkItem item = items.get(id);
    if (item.status() != from) {
      throw new ConflictException("Work item", id.value(), from.text(), item.status().text());
    }
    if (!item.phase().equals(phase())) {
      throw new ConflictException(
          "Work item", id.value(), "of phase " + phase(), "of phase " + item.phase());
    }
    return withItems(items.with(change.apply(item)));
  }

  /**
   * Goes on to the next phase. Fails with {@link ConflictException} if the current one is not
   * {@linkplain #isPhaseDone done}, or is the last.
   */
  public WorkState nextPhase() {
    if (!isPhaseDone()) {
      throw new ConflictException("Phase", phase(), "done", "not done");
    }
    if (phase == phases.size() - 1) {
      throw new ConflictException("Phase", phase(), "followed by another", "the last");
    }
    return new WorkState(definition, phases, phase + 1, items, context);
  }

  /** What was in progress is pending. */
  WorkState interrupted() {
    return withItems(
        items.each(item -> item.status() == WorkStatus.IN_PROGRESS ? item.reset() : item));
  }

  /** Back to the begin of a phase that was reached: its items and those behind it are pending. */
  WorkState fromPhase(String first) {
    int place = WorkStateForm.place(phases, first);
    if (place > phase) {
      throw new InvalidInputException("phase", first + " is not reached, the run is in " + phase());
    }
    List<String> kept = phases.subList(0, place);
    WorkItems reset = items.each(item -> kept.contains(item.phase()) ? item : item.reset());
    return new WorkState(definition, phases, place, reset, context);
  }

  /**
   * What to save. The metadata is for listings and {@link
   * io.holdfast.checkpoint.CheckpointRetention}: {@code {"reason": "interval", "phase": "map",
   * "counts": {"pending": 7, ...}, "final": false}}, final if the run {@linkplain #isDone is done}.
   *
   * @param reason why it is saved, a {@linkplain Names#check name}
   * @throws InvalidInputException if the reason is none, and as {@link #encode}
   */
  public CheckpointContent content(String reason) {
    return new CheckpointContent(encode(), WorkStateForm.metadata(this, reason));
  }

  /**
   * As one JSON object, described at the {@linkplain io.holdfast.checkpoint.work package}.
   *
   * @throws InvalidInputException if that is over the limits of {@link Json}
   */
  public Json encode() {
    return WorkStateForm.encode(this);
  }

  /**
   * Reads {@link #encode}'s result; throws {@link CorruptDataException} if it is not one, or if
   * items are there twice, do not fit their phase or are not as many as it says.
   *
   * @throws InvalidInputException if it has another format
   */
  public static WorkState decode(Json json) {
    return WorkStateForm.decode(json);
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof WorkState that
            && phase == that.phase
            && definition.equals(that.definition)
            && phases.equals(that.phases)
            && context.equals(that.context)
            && items().equals(that.items()));
  }

  @Override
  public int hashCode() {
    return Objects.hash(definition, phases, phase, context, items());
  }

  @Override
  public String toString() {
    return "Work in phase " + phase() + ": " + WorkStateForm.counts(items());
  }
}
