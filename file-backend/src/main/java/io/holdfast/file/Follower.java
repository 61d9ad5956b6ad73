package io.holdfast.file;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.holdfast.CorruptDataException;
import io.holdfast.Json;
import io.holdfast.SessionId;
import io.holdfast.session.Session;
import io.holdfast.session.SessionWatches.Sight;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Keeps up with what another process writes, by looking at the files again. */
final class Follower {

  /** How many sessions are told of at once: as many are kept until then. */
  private static final int TOLD_AT_ONCE = 200;

  private final State state;
  private final Map<Path, Seen> documents = new HashMap<>();
  private final List<Sight> changed = new ArrayList<>();
  private long looking;
  private @Nullable Stamp gone;
  private @Nullable GoneMonths months;

  /** A document as it was when it was last read. */
  private record Seen(Stamp stamp, DocumentKey key) {}

  /** Tells by the directory entry whether a file was replaced. */
  private record Stamp(long size, long modified, @Nullable Object file) {}

  Follower(State state) {
    this.state = state;
  }

  /** Takes the position of old events from the index, which saves reading them. */
  void begin() throws IOException {
    boolean indexed = new IndexFile(state).read();
    state.catalog().clear();
    state.heads().clear();
    if (!indexed) {
      state.forget();
    }
    refreshEvents();
    GoneMonths.read(state.root()).requireNoneForgotten(state.segments());
  }

  /** Looks how far the segments go; returns the position up to which they are complete. */
  @CanIgnoreReturnValue
  synchronized long refreshEvents() throws IOException {
    followGone();
    // The mark first: what it covers is in the segments by the time they are looked at.
    long complete = Watermark.read(state.root(), state.visible().position());
    if (complete > state.visible().position()) {
      do {
        extendAll();
        // A month may have left meanwhile, and been made anew: what is in it must not be missed.
      } while (followGone());
      state.show(null, complete);
    }
    return state.visible().position();
  }

  /** Months may have left since this was last looked at; true if there is something new to know. */
  @CanIgnoreReturnValue
  private boolean followGone() throws IOException {
    Stamp stamp = stamp(GoneMonths.file(state.root()));
    boolean isNew = stamp != null && !stamp.equals(gone);
    if (isNew) {
      gone = stamp;
      months = GoneMonths.read(state.root());
    }
    if (months != null && (letGo(months) || isNew)) {
      state.segments().setArchived(months.archived());
    }
    return isNew;
  }

  /** Lets go of the segments that have left; true if there were any. */
  private boolean letGo(GoneMonths months) throws IOException {
    boolean hasAny = false;
    for (Segment segment : state.segments().live()) {
      if (months.tell(segment)) {
        if (segment.archived() != null) {
          state.segments().addArchived(segment);
        }
        state.segments().forget(segment.name());
        hasAny = true;
      }
    }
    return hasAny;
  }

  private void extendAll() throws IOException {
    state.segments().discover();
    for (Segment segment : state.segments().live()) {
      try {
        extend(segment);
      } catch (IOException | CorruptDataException e) {
        if (!hasLeft(segment)) {
          throw e;
        }
      }
    }
  }

  /** True if its file is not what it was because its month has left: noted, or without events. */
  private boolean hasLeft(Segment segment) throws IOException {
    if (segment.events() > 0 || Files.exists(segment.file())) {
      return GoneMonths.read(state.root()).tell(segment);
    }
    state.segments().forget(segment.name());
    return true;
  }

  private static void extend(Segment segment) throws IOException {
    if (Files.size(segment.file()) <= segment.length()) {
      return;
    }
    try (LineReader lines = new LineReader(segment.file(), segment.length(), segment.events())) {
      while (lines.advance() && lines.terminated()) {
        RawEvent raw =
            RawEvent.of(lines.buffer(), lines.from(), lines.to(), segment.file(), lines.number());
        segment.add(lines.offset(), (int) (lines.end() - lines.offset()), raw.position());
      }
    }
  }

  /** Reads the documents of a shelf that are new or were replaced; tells who follows them. */
  synchronized <R> void refresh(Shelf<R> shelf) throws IOException {
    looking = state.watches().looking();
    try {
      readChanged(shelf);
    } finally {
      tell();
    }
  }

  private void tell() {
    List<Sight> sights = List.copyOf(changed);
    changed.clear();
    if (!sights.isEmpty()) {
      state.watches().changed(looking, sights);
    }
  }

  /** Whoever comes later looks for itself, so nothing is kept for it. */
  private boolean isWatched(Shelf<?> shelf) {
    return Shelf.SESSIONS.equals(shelf) && state.watches().isWatched();
  }

  private <R> void readChanged(Shelf<R> shelf) throws IOException {
    Set<Path> there = new HashSet<>(Rescan.files(state.root(), shelf));
    documents
        .entrySet()
        .removeIf(
            known -> {
              boolean gone = isOn(shelf, known.getKey()) && !there.contains(known.getKey());
              return gone && forget(shelf, known.getValue().key());
            });
    for (Path file : there) {
      Stamp stamp = stamp(file);
      Seen seen = documents.get(file);
      if (stamp != null && (seen == null || !seen.stamp().equals(stamp))) {
        read(shelf, file, stamp);
      }
    }
  }

  private boolean isOn(Shelf<?> shelf, Path file) {
    return file.startsWith(state.root().resolve(shelf.name()));
  }

  private boolean forget(Shelf<?> shelf, DocumentKey key) {
    state.catalog().of(shelf).remove(key);
    if (isWatched(shelf)) {
      changed.add(new Sight(new SessionId(key.first()), null));
    }
    return true;
  }

  private static @Nullable Stamp stamp(Path file) throws IOException {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return new Stamp(
          attributes.size(), attributes.lastModifiedTime().toMillis(), attributes.fileKey());
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  private <R> void read(Shelf<R> shelf, Path file, Stamp stamp) throws IOException {
    Json json = Documents.read(shelf, file);
    if (json != null) {
      R record = Documents.decode(shelf, json, file);
      state.catalog().of(shelf).put(shelf.key(record), shelf.note(record));
      documents.put(file, new Seen(stamp, shelf.key(record)));
      if (record instanceof Session session && isWatched(shelf)) {
        changed.add(new Sight(session.id(), session));
        if (changed.size() >= TOLD_AT_ONCE) {
          tell();
        }
      }
    }
  }
}
