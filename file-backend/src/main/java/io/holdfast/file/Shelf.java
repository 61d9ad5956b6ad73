package io.holdfast.file;

import io.holdfast.RecordKind;
import io.holdfast.deadletter.DeadLetter;
import io.holdfast.lock.LockState;
import io.holdfast.session.Session;
import io.holdfast.session.SessionState;
import io.holdfast.subscription.HeldJob;
import io.holdfast.subscription.Subscription;
import io.holdfast.transfer.MigrationChunk;
import io.holdfast.transfer.MigrationRun;
import io.holdfast.workflow.Workflow;
import io.holdfast.workflow.WorkflowExecution;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.BiPredicate;
import java.util.function.Function;

/** One kind of record that is kept a document each: where, under what key, with what note. */
final class Shelf<R> {

  /** The states of sessions, by their number in a note. */
  static final List<SessionState> STATES =
      List.of(
          SessionState.INITIALIZING,
          SessionState.RUNNING,
          SessionState.PAUSED,
          SessionState.COMPLETED,
          SessionState.FAILED,
          SessionState.CANCELLED);

  /** Note: created, nothing due, the number of the state. */
  static final Shelf<Session> SESSIONS =
      new Shelf<>(
          Session.KIND,
          session -> DocumentKey.of(session.id().value()),
          session ->
              new Note(
                  Note.micros(session.timing().createdAt()), 0, STATES.indexOf(session.state())),
          by(Comparator.comparingLong(Session::version)));

  static final Shelf<Workflow> WORKFLOWS =
      new Shelf<>(
          Workflow.KIND,
          workflow -> DocumentKey.of(workflow.id().value()),
          workflow -> Note.NONE,
          by(Comparator.comparingLong(Workflow::version)));

  /** Note: started. */
  static final Shelf<WorkflowExecution> EXECUTIONS =
      new Shelf<>(
          WorkflowExecution.KIND,
          run -> new DocumentKey(run.workflow().value(), run.id().value()),
          run -> new Note(Note.micros(run.startedAt()), 0, 0),
          by(Comparator.comparing(run -> run.finishedAt() != null)));

  /** Note: saved; due is the base, 0 without one; the version is in the key. */
  static final Shelf<StoredCheckpoint> CHECKPOINTS =
      new Shelf<>(
          new StoredCheckpointKind(),
          stored -> checkpointKey(stored.info().workflow().value(), stored.info().version()),
          stored -> new Note(Note.micros(stored.info().createdAt()), stored.base(), 0),
          by(Comparator.comparingLong(stored -> stored.info().version())));

  /** What large checkpoints are made of, by the version that brought it. */
  static final Shelf<CheckpointPack> CHECKPOINT_PACKS =
      new Shelf<>(
          new CheckpointPackKind(),
          pack -> checkpointKey(pack.workflow().value(), pack.pack().version()),
          pack -> Note.NONE,
          by(Comparator.comparingLong(pack -> pack.pack().version())));

  /** The highest version ever given out, where that checkpoint was deleted. */
  static final Shelf<CheckpointHead> CHECKPOINT_HEADS =
      new Shelf<>(
          new CheckpointHeadKind(),
          head -> DocumentKey.of(head.workflow().value()),
          head -> Note.NONE,
          by(Comparator.comparingLong(CheckpointHead::version)));

  /** Note: created, available at, 1 if eligible. */
  static final Shelf<DeadLetter> DEAD_LETTERS =
      new Shelf<>(
          DeadLetter.KIND,
          letter -> new DocumentKey(letter.key().job().value(), letter.key().item().value()),
          letter ->
              new Note(
                  Note.micros(letter.createdAt()),
                  Note.micros(letter.state().availableAt()),
                  letter.state().eligible() ? 1 : 0),
          by(
              Comparator.<DeadLetter>comparingLong(letter -> letter.state().token())
                  .thenComparing(DeadLetter::updatedAt)));

  /** Note: the end of the lease, 1 if somebody has it. */
  static final Shelf<LockState> LOCKS =
      new Shelf<>(
          LockState.KIND,
          lock -> DocumentKey.of(lock.name().value()),
          lock -> new Note(0, Note.micros(lock.expiresAt()), lock.holders().isEmpty() ? 0 : 1),
          LockState::isNewerThan);

  static final Shelf<Subscription> SUBSCRIPTIONS =
      new Shelf<>(
          Subscription.KIND,
          subscription -> SubscriptionDocuments.key(subscription.name()),
          subscription -> Note.NONE,
          SubscriptionDocuments::isNewer);

  /** Who works on a subscription, apart from its progress: it is not exported. */
  static final Shelf<Roster> ROSTERS =
      new Shelf<>(
          new RosterKind(),
          roster -> SubscriptionDocuments.key(roster.name()),
          roster -> Note.NONE,
          (roster, there) -> true);

  static final Shelf<HeldJob> HELD_JOBS =
      new Shelf<>(
          HeldJob.KIND,
          held -> FileSubscriptionLedger.heldKey(held.subscription(), held.job()),
          held -> Note.NONE,
          by(Comparator.comparing(HeldJob::changedAt)));

  /** What has to grow although the records it counts are gone. */
  static final Shelf<Counter> COUNTERS =
      new Shelf<>(
          new CounterKind(),
          counter -> DocumentKey.of(counter.name()),
          counter -> Note.NONE,
          by(Comparator.comparingLong(Counter::value)));

  /** The last migration into this storage. It is not exported. */
  static final Shelf<MigrationRun> MIGRATIONS =
      new Shelf<>(
          MigrationRun.KIND,
          run -> FileMigrationLedger.RUN,
          run -> Note.NONE,
          by(Comparator.comparingLong(MigrationRun::token)));

  /** The chunks of it that are copied. */
  static final Shelf<MigrationChunk> MIGRATION_CHUNKS =
      new Shelf<>(
          MigrationChunk.KIND,
          chunk -> numbered(chunk.kind(), chunk.number()),
          chunk -> Note.NONE,
          (chunk, there) -> true);

  /** What others need stands before them. */
  static final List<Shelf<?>> ALL =
      List.of(
          SESSIONS,
          WORKFLOWS,
          EXECUTIONS,
          CHECKPOINT_PACKS,
          CHECKPOINTS,
          CHECKPOINT_HEADS,
          DEAD_LETTERS,
          LOCKS,
          SUBSCRIPTIONS,
          ROSTERS,
          HELD_JOBS,
          COUNTERS,
          MIGRATION_CHUNKS,
          MIGRATIONS);

  private final RecordKind<R> kind;
  private final Function<R, DocumentKey> key;
  private final Function<R, Note> note;
  private final BiPredicate<R, R> newer;

  private Shelf(
      RecordKind<R> kind,
      Function<R, DocumentKey> key,
      Function<R, Note> note,
      BiPredicate<R, R> newer) {
    this.kind = kind;
    this.key = key;
    this.note = note;
    this.newer = newer;
  }

  private static <R> BiPredicate<R, R> by(Comparator<R> age) {
    return (record, there) -> age.compare(record, there) > 0;
  }

  static DocumentKey checkpointKey(String workflow, long version) {
    return numbered(workflow, version);
  }

  /** Twelve digits, so that names sort as numbers do. */
  static DocumentKey numbered(String first, long number) {
    return new DocumentKey(first, String.format(Locale.ROOT, "%012d", number));
  }

  /** The base in the note of a checkpoint. */
  static long base(Note note) {
    return note.due();
  }

  RecordKind<R> kind() {
    return kind;
  }

  /** The name of the directory, and the tag of the lines. */
  String name() {
    return kind.name();
  }

  DocumentKey key(R record) {
    return key.apply(record);
  }

  Note note(R record) {
    return note.apply(record);
  }

  /** True if {@code record} is a later form of {@code there}. */
  boolean isNewer(R record, R there) {
    return newer.test(record, there);
  }

  /** The directory of the documents whose key begins with {@code first}. */
  String directory(String first) {
    return name() + "/" + FileNames.of(first);
  }

  /** The place of a document below the storage's directory. */
  String path(DocumentKey place) {
    String first = directory(place.first());
    return place.second().isEmpty()
        ? first + ".json"
        : first + "/" + FileNames.of(place.second()) + ".json";
  }

  @Override
  public String toString() {
    return name();
  }
}
