package io.holdfast.postgres;

import io.holdfast.NotFoundException;
import io.holdfast.event.ArchivedMonth;
import io.holdfast.event.EventArchive;
import io.holdfast.event.RecordedEvent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The archive that a storage was opened with, if any. */
final class Archive {

  /** No archive is configured. */
  static final Archive NONE = new Archive(null);

  private static final Comparator<RecordedEvent> BY_POSITION =
      Comparator.comparingLong(event -> Positions.number(event.position()));

  /** How many events of each of several months that interleave are read ahead. */
  private static final int AHEAD = 64;

  private final @Nullable EventArchive place;

  private Archive(@Nullable EventArchive place) {
    this.place = place;
  }

  static Archive open(@Nullable ArchivePlace place, String store) {
    return place == null ? NONE : new Archive(place.open(store));
  }

  /** The place; empty if none is configured. */
  Optional<EventArchive> place() {
    return Optional.ofNullable(place);
  }

  /**
   * Events of {@code months}, which are given by first position, in the order of positions. Months
   * that do not interleave are read one after the other.
   */
  Flux<RecordedEvent> read(List<ArchivedMonth> months, EventArchive.Range range) {
    if (months.isEmpty()) {
      return Flux.empty();
    }
    EventArchive from = place;
    if (from == null) {
      return Flux.error(() -> notWithinReach(months.get(0)));
    }
    List<List<ArchivedMonth>> runs = runs(months);
    if (range.descending()) {
      Collections.reverse(runs);
    }
    Comparator<RecordedEvent> order = range.descending() ? BY_POSITION.reversed() : BY_POSITION;
    return Flux.fromIterable(runs)
        .concatMap(run -> Flux.mergeComparing(AHEAD, order, sources(from, run, range)), 1);
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static Flux<RecordedEvent>[] sources(
      EventArchive from, List<ArchivedMonth> run, EventArchive.Range range) {
    return run.stream().map(month -> from.read(month, range)).toArray(Flux[]::new);
  }

  /** Splits months into runs: those of one run interleave, those of two do not. */
  private static List<List<ArchivedMonth>> runs(List<ArchivedMonth> months) {
    List<List<ArchivedMonth>> runs = new ArrayList<>();
    long end = 0;
    for (ArchivedMonth month : months) {
      if (runs.isEmpty() || Positions.number(month.first()) > end) {
        runs.add(new ArrayList<>());
      }
      runs.get(runs.size() - 1).add(month);
      end = Math.max(end, Positions.number(month.last()));
    }
    return runs;
  }

  private static NotFoundException notWithinReach(ArchivedMonth month) {
    return new NotFoundException(
        "The archive of month", month.month() + ", which the setting 'archive' has to name,");
  }

  Mono<Void> close() {
    return place == null ? Mono.empty() : place.close();
  }
}
