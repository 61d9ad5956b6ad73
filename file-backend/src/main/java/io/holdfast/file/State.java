package io.holdfast.file;

import io.holdfast.JobId;
import io.holdfast.MovedException;
import io.holdfast.Names;
import io.holdfast.session.SessionWatches;
import io.holdfast.transfer.Moved;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What is in the directory, and what is kept in memory of it. */
final class State {

  private final Path root;
  private final String opening = Names.unique();
  private final Clock clock;
  private final Documents documents;
  private final EventSegments segments;
  private final Catalog catalog = new Catalog();
  private final Map<JobId, JobHead> heads = new ConcurrentHashMap<>();
  private final BatchMemory batches = new BatchMemory();
  private final SessionWatches watches = new SessionWatches();
  private volatile Visible visible = new Visible(null, 0);
  private volatile @Nullable Moved moved;

  /**
   * What readers see, switched at once: events up to a position, and durable changes that are still
   * being brought into the files.
   */
  record Visible(@Nullable Draft draft, long position) {}

  State(Path root, Clock clock) {
    this.root = root;
    this.clock = clock;
    this.documents = new Documents(root);
    this.segments = new EventSegments(root);
  }

  Path root() {
    return root;
  }

  /** Tells this opening of the directory from all others. */
  String opening() {
    return opening;
  }

  Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }

  Documents documents() {
    return documents;
  }

  EventSegments segments() {
    return segments;
  }

  Catalog catalog() {
    return catalog;
  }

  Map<JobId, JobHead> heads() {
    return heads;
  }

  BatchMemory batches() {
    return batches;
  }

  /** Those that follow sessions in this process. */
  SessionWatches watches() {
    return watches;
  }

  Visible visible() {
    return visible;
  }

  /** True if nothing has come into view or begun to since it was {@code seen}. */
  @SuppressWarnings("ReferenceEquality")
  boolean isVisible(Visible seen) {
    return visible == seen;
  }

  void show(@Nullable Draft draft, long position) {
    visible = new Visible(draft, position);
  }

  /** From now on writers hear where the directory has moved to; {@code null}: that it is here. */
  void moveTo(@Nullable Moved there) {
    moved = there;
  }

  /** What whoever would write hears if the directory has moved; {@code null} if it has not. */
  @Nullable MovedException movedAway() {
    Moved there = moved;
    return there == null ? null : Format.refusal(root, there);
  }

  /** Takes note of an event that is in its segment; in any order, and again if need be. */
  void sawEvent(JobId job, long version, long position) {
    sawHead(job, new JobHead(version, position, position));
  }

  /** Takes note of how far a job is. */
  void sawHead(JobId job, JobHead head) {
    heads.merge(job, head, JobHead::merge);
  }

  /** Forgets what the index or a scan has said. */
  void forget() {
    catalog.clear();
    heads.clear();
    segments.forget();
  }

  /** What everybody sees. */
  View view() {
    return new View(this, visible.draft());
  }
}
