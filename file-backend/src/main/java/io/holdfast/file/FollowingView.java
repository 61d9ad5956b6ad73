package io.holdfast.file;

import io.holdfast.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A view in a process that only reads: looks at the directories before it says what is there. */
final class FollowingView extends View {

  private final State state;
  private final Follower follower;

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

  private void refresh(Shelf<?> shelf) {
    try {
      follower.refresh(shelf);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
