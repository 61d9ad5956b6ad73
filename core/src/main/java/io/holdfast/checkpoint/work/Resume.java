package io.holdfast.checkpoint.work;

import io.holdfast.ConflictException;
import io.holdfast.CorruptDataException;
import io.holdfast.InvalidInputException;
import io.holdfast.checkpoint.Checkpoint;

/**
 * How a run goes on from a checkpoint. Each way makes a new state and leaves the checkpoint alone:
 * append the state behind the checkpoint's version before anything is started, so that of two that
 * resume the same run one is told so.
 *
 * <p>A failed item stays failed, with its dead letter, until it is {@linkplain WorkState#retry
 * tried again} or its phase is. The dead letter of an item that is done after all is the caller's
 * to delete or to settle.
 */
public final class Resume {

  private final WorkState saved;

  private Resume(WorkState saved) {
    this.saved = saved;
  }

  /**
   * A run of this definition.
   *
   * @param definition as {@link WorkState#begin} says
   * @throws ConflictException with both definitions, if the checkpoint is of another
   * @throws CorruptDataException naming the checkpoint, if its state is not one of {@link
   *     WorkState#encode}
   * @throws InvalidInputException if its state has another format
   */
  public static Resume of(Checkpoint checkpoint, String definition) {
    WorkState saved = read(checkpoint);
    if (!saved.definition().equals(definition)) {
      throw new ConflictException(
          "Definition of workflow", checkpoint.workflow().value(), definition, saved.definition());
    }
    return new Resume(saved);
  }

  /**
   * A run that becomes one of this definition, whatever it was before. Phases and items stay those
   * of the checkpoint.
   *
   * @throws CorruptDataException as {@link #of}
   * @throws InvalidInputException as {@link #of}, and if {@code definition} is no name
   */
  public static Resume forced(Checkpoint checkpoint, String definition) {
    return new Resume(read(checkpoint).withDefinition(definition));
  }

  private static WorkState read(Checkpoint checkpoint) {
    try {
      return WorkState.decode(checkpoint.content().state());
    } catch (CorruptDataException e) {
      throw new CorruptDataException(
          "Checkpoint " + Checkpoint.KIND.key(checkpoint), "its state, " + e.getMessage(), e);
    }
  }

  /** As it was saved. What was in progress still is: those who are at it have gone on meanwhile. */
  public WorkState asSaved() {
    return saved;
  }

  /** As it was saved, but what was in progress is pending: those who were at it are gone. */
  public WorkState interrupted() {
    return saved.interrupted();
  }

  /** The current phase from its begin, as {@link #fromPhase} says. */
  public WorkState phaseAgain() {
    return saved.fromPhase(saved.phase());
  }

  /**
   * This phase from its begin, and then those behind it: their items are pending, their results
   * gone; what earlier phases have completed or failed stays. Failures stay with their items, so
   * that attempts count on.
   *
   * @throws InvalidInputException if there is no such phase, or if it was not reached
   */
  public WorkState fromPhase(String phase) {
    return saved.fromPhase(phase);
  }
}
