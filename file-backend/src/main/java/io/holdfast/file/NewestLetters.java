package io.holdfast.file;

import io.holdfast.Json;
import io.holdfast.deadletter.DeadLetter;
import io.holdfast.deadletter.DeadLetterFilter;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The dead letters whose newest failure happened last before the others. Looks at all that may
 * match, some at each step, and keeps in mind the places of as many as are asked for; then reads
 * those.
 */
final class NewestLetters implements PageSource<DeadLetter> {

  private static final Shelf<DeadLetter> SHELF = Shelf.DEAD_LETTERS;

  private final View view;
  private final DeadLetterFilter filter;
  private final @Nullable Place end;
  private final Iterator<DocumentKey> keys;

  /** The last one is on top: it goes when there is a newer one. */
  private final PriorityQueue<Place> newest = new PriorityQueue<>();

  private @Nullable DocumentPages<DeadLetter> found;

  /** Where a letter is in the reverse order of the list. */
  private record Place(Instant failedAt, DocumentKey key) implements Comparable<Place> {

    static Place of(DeadLetter letter) {
      return new Place(letter.lastFailure().at(), FileDeadLetterQueue.key(letter.key()));
    }

    @Override
    public int compareTo(Place other) {
      int byTime = failedAt.compareTo(other.failedAt);
      return byTime == 0 ? key.compareTo(other.key) : byTime;
    }
  }

  /** Behind {@code after} in the list, if that is given. */
  NewestLetters(View view, DeadLetterFilter filter, @Nullable DeadLetter after) {
    this.view = view;
    this.filter = filter;
    this.end = after == null ? null : Place.of(after);
    this.keys = LetterKeys.of(view, filter);
  }

  @Override
  public Page<DeadLetter> next() throws IOException {
    if (found != null) {
      return found.next();
    }
    look();
    if (!keys.hasNext()) {
      List<Place> places = inOrder();
      Set<Place> taken = Set.copyOf(places);
      found =
          FileDeadLetterQueue.letters(
              view,
              places.stream().map(Place::key).iterator(),
              // What has failed again meanwhile is newer than this page.
              letter -> filter.matches(letter) && taken.contains(Place.of(letter)),
              filter.limit());
    }
    return new Page<>(List.of(), false);
  }

  private void look() throws IOException {
    long bytes = 0;
    for (int read = 0; read < Page.ITEMS_MAX && bytes < Page.BYTES_MAX && keys.hasNext(); read++) {
      DocumentKey key = keys.next();
      Json json = view.raw(SHELF, key);
      if (json != null) {
        bytes += json.sizeBytes();
        consider(view.decode(SHELF, key, json));
      }
    }
  }

  private void consider(DeadLetter letter) {
    Place place = Place.of(letter);
    if (filter.matches(letter) && (end == null || place.compareTo(end) < 0)) {
      newest.add(place);
      if (newest.size() > filter.limit()) {
        newest.remove();
      }
    }
  }

  private List<Place> inOrder() {
    List<Place> places = new ArrayList<>(newest);
    places.sort(Collections.reverseOrder());
    return places;
  }
}
