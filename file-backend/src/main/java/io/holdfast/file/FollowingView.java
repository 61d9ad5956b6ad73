package io.holdfast.file;

import io.holdfast.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A view in a process that only reads: looks at the directories before it says what is there. */
final class FollowingView extends View {

  private final State state;
  private final Follower follower;
  private final Set<Shelf<?>> seen = new HashSet<>();

  FollowingView(State state, Follower follower) {
    super(state, null);
    this.state = state;
    this.follower = follower;
  }

  /** The members are in the process that writes. */
  @Override
  boolean isOfNow(Roster roster) {
    return true;
  }

  @Override
  boolean knowsHeads() {
    return false;
  }

  /** What is not there was deleted by the process that writes. */
  @Override
  @Nullable Json settled(Shelf<?> shelf, DocumentKey key) throws IOException {
    return state.documents().read(shelf, key);
  }

  @Override
  Iterator<Map.Entry<DocumentKey, Note>> entries(Shelf<?> shelf) {
    refresh(shelf);
    return super.entries(shelf);
  }

  @Override
  Iterator<Map.Entry<DocumentKey, Note>> entriesAfter(Shelf<?> shelf, DocumentKey after) {
    refresh(shelf);
    return super.entriesAfter(shelf, after);
  }

  @Override
  Iterator<Map.Entry<DocumentKey, Note>> entriesOf(Shelf<?> shelf, String first) {
    refresh(shelf);
    return super.entriesOf(shelf, first);
  }

  @Override
  Iterator<Map.Entry<DocumentKey, Note>> lastEntriesOf(Shelf<?> shelf, String first) {
    refresh(shelf);
    return super.lastEntriesOf(shelf, first);
  }

  /** By the names of the files, so that a damaged one does not hide the others. */
  @Override
  Iterator<DocumentKey> lastKeysOf(Shelf<?> shelf, String first) {
    try (Stream<Path> files = Files.list(state.root().resolve(shelf.directory(first)))) {
      return files
          .map(file -> String.valueOf(file.getFileName()))
          .filter(name -> name.endsWith(".json"))
          .map(name -> new DocumentKey(first, name.substring(0, name.length() - 5)))
          .sorted(Comparator.reverseOrder())
          .toList()
          .iterator();
    } catch (NoSuchFileException e) {
      return Collections.emptyIterator();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Once a view: who asks for one workflow after the other must not look at all of them each time.
   */
  private void refresh(Shelf<?> shelf) {
    if (!seen.add(shelf)) {
      return;
    }
    try {
      follower.refresh(shelf);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
