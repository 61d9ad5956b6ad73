package io.holdfast.migration.prodigy;

import java.io.Closeable;
import java.io.IOException;
import java.time.Instant;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Goes through the events of a directory. Opens one file at a time, the first one only when it is
 * asked to.
 */
final class EventCursor implements Closeable {

  /**
   * By time; an event that is older than the one before it in its directory counts as old as that,
   * so that the order within a directory stays as it is.
   */
  static final Comparator<EventCursor> BY_TIME =
      Comparator.comparing((EventCursor cursor) -> cursor.reached)
          .thenComparingInt(cursor -> cursor.index);

  private final int index;
  private final Iterator<EventFile> files;
  private final BitSet twins;
  private final boolean keepEnvironment;
  private Instant reached;
  private @Nullable EventFile file;
  private @Nullable EventReader reader;
  private @Nullable EventMapping event;

  /** {@code first} is the time of the first event of {@code directory}. */
  EventCursor(EventDirectory directory, Instant first, BitSet twins, boolean keepEnvironment) {
    this.index = directory.index();
    this.files = directory.files().iterator();
    this.reached = first;
    this.twins = twins;
    this.keepEnvironment = keepEnvironment;
  }

  /** Where it is; {@code null} before the first {@link #advance}. */
  @Nullable EventMapping event() {
    return event;
  }

  /** Goes to the next event; false if there is none, and then it is closed. */
  boolean advance() throws IOException {
    event = next();
    Instant time = event == null ? null : event.time();
    reached = time != null && time.isAfter(reached) ? time : reached;
    return event != null;
  }

  private @Nullable EventMapping next() throws IOException {
    while (reader != null || open()) {
      EventMapping read = reader == null ? null : reader.next();
      if (read == null) {
        close();
      } else if (!isTwin()) {
        return read;
      }
    }
    return null;
  }

  private boolean isTwin() {
    return file != null
        && reader != null
        && twins.get(Math.toIntExact(file.firstLine() + reader.lastLine() - 1));
  }

  private boolean open() {
    if (!files.hasNext()) {
      return false;
    }
    file = files.next();
    try {
      reader = new EventReader(file.file(), keepEnvironment, Witness.NONE);
    } catch (IOException e) {
      throw file.file().unreadable(e);
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    if (reader != null) {
      reader.close();
      reader = null;
    }
  }
}
