package io.holdfast.file;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.file.Draft.StagedDocument;
import java.io.IOException;
import java.time.Instant;
import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The stores as one reader sees them: what is in the files, under the drafts over them. Blocks. */
class View {

  private final State state;
  private final @Nullable Draft top;

  View(State state, @Nullable Draft top) {
    this.state = state;
    this.top = top;
  }

  /** The same for every storage time taken from it. */
  Instant now() {
    return state.now();
  }

  /** Names this opening of the directory. */
  String opening() {
    return state.opening();
  }

  /** True if the members on {@code roster} may still be there. */
  boolean isOfNow(Roster roster) {
    return roster.opening().equals(state.opening());
  }

  <R> @Nullable R find(Shelf<R> shelf, DocumentKey key) throws IOException {
    Json json = raw(shelf, key);
    return json == null ? null : decode(shelf, key, json);
  }

  /** The record as JSON, {@code null} if there is none. */
  @Nullable Json raw(Shelf<?> shelf, DocumentKey key) throws IOException {
    for (Draft draft = top; draft != null; draft = draft.below()) {
      StagedDocument staged = draft.document(shelf, key);
      if (staged != null) {
        return staged.json();
      }
    }
    return settled(shelf, key);
  }

  /** Whether there is a document, without reading it; for the process that writes. */
  boolean has(Shelf<?> shelf, DocumentKey key) {
    for (Draft draft = top; draft != null; draft = draft.below()) {
      StagedDocument staged = draft.document(shelf, key);
      if (staged != null) {
        return staged.json() != null;
      }
    }
    return isKnown(shelf, key);
  }

  /** The document in the files; one that is known and not there is damage. */
  @Nullable Json settled(Shelf<?> shelf, DocumentKey key) throws IOException {
    Json json = state.documents().read(shelf, key);
    while (json == null && isKnown(shelf, key)) {
      State.Visible before = state.visible();
      // A commit changes a document once, and what is visible before and after all of them.
      boolean known = isKnown(shelf, key);
      json = state.documents().read(shelf, key);
      if (json == null && known && isKnown(shelf, key) && state.isVisible(before)) {
        throw state.documents().missing(shelf, key);
      }
    }
    return json;
  }

  private boolean isKnown(Shelf<?> shelf, DocumentKey key) {
    return state.catalog().of(shelf).containsKey(key);
  }

  <R> R decode(Shelf<R> shelf, DocumentKey key, Json json) {
    return state.documents().decode(shelf, key, json);
  }

  /** Keys and notes of all documents on the shelf, in order. */
  Iterator<Map.Entry<DocumentKey, Note>> entries(Shelf<?> shelf) {
    return new MergedEntries(state.catalog().of(shelf), staged(shelf)).iterator();
  }

  /** Keys and notes behind {@code after}, in order. */
  Iterator<Map.Entry<DocumentKey, Note>> entriesAfter(Shelf<?> shelf, DocumentKey after) {
    return new MergedEntries(
            state.catalog().of(shelf).tailMap(after, false), staged(shelf).tailMap(after, false))
        .iterator();
  }

  /** Keys and notes of the documents in the directory {@code first}, in order. */
  Iterator<Map.Entry<DocumentKey, Note>> entriesOf(Shelf<?> shelf, String first) {
    return merged(shelf, first).iterator();
  }

  /** Keys and notes of the documents in the directory {@code first}, last first. */
  Iterator<Map.Entry<DocumentKey, Note>> lastEntriesOf(Shelf<?> shelf, String first) {
    return merged(shelf, first).reversed().iterator();
  }

  /** The keys of the documents in the directory {@code first}, last first. */
  Iterator<DocumentKey> lastKeysOf(Shelf<?> shelf, String first) {
    return Keys.of(lastEntriesOf(shelf, first), (key, note) -> true);
  }

  private MergedEntries merged(Shelf<?> shelf, String first) {
    DocumentKey from = DocumentKey.of(first);
    // The next name in order: no name holds a control character.
    DocumentKey to = DocumentKey.of(first + "\0");
    return new MergedEntries(
        state.catalog().of(shelf).subMap(from, true, to, false),
        staged(shelf).subMap(from, true, to, false));
  }

  private NavigableMap<DocumentKey, StagedDocument> staged(Shelf<?> shelf) {
    NavigableMap<DocumentKey, StagedDocument> all = new TreeMap<>();
    for (Draft draft = top; draft != null; draft = draft.below()) {
      NavigableMap<DocumentKey, StagedDocument> staged = draft.documents().get(shelf);
      if (staged != null) {
        staged.forEach(all::putIfAbsent);
      }
    }
    return all;
  }

  JobHead head(JobId job) {
    for (Draft draft = top; draft != null; draft = draft.below()) {
      JobHead head = draft.heads().get(job);
      if (head != null) {
        return head;
      }
    }
    return state.heads().getOrDefault(job, JobHead.NONE);
  }

  @Nullable RememberedBatch batch(RememberedBatch.Key key) {
    for (Draft draft = top; draft != null; draft = draft.below()) {
      RememberedBatch batch = draft.batches().get(key);
      if (batch != null) {
        return batch;
      }
    }
    return state.batches().find(key);
  }

  /** False where heads are not kept: every job then seems to have no events. */
  boolean knowsHeads() {
    return true;
  }

  /** Up to where readers see events. */
  long visiblePosition() {
    return state.visible().position();
  }

  /** The position of the last event there is. */
  long lastPosition() {
    for (Draft draft = top; draft != null; draft = draft.below()) {
      if (draft.lastPosition() > 0) {
        return draft.lastPosition();
      }
    }
    return state.visible().position();
  }
}
