package io.holdfast.postgres;

import io.holdfast.NotFoundException;
import io.holdfast.UnavailableException;
import io.holdfast.event.ArchivedMonth;
import io.holdfast.event.EventArchive;
import io.holdfast.event.EventDigest;
import io.holdfast.event.RecordedEvent;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** An archive that forgets everything in the end, and breaks when it is told to. */
final class MemoryArchive implements EventArchive {

  private final String url;
  private final Map<ArchivedMonth, List<RecordedEvent>> months = new ConcurrentHashMap<>();
  private final AtomicLong left = new AtomicLong(Long.MAX_VALUE);
  private volatile boolean damaging;
  private volatile boolean isAway;
  private volatile boolean isKeepingAll;
  private final AtomicLong eventsRead = new AtomicLong();

  MemoryArchive(String url) {
    this.url = url;
  }

  /** After so many more events, written or read, everything fails. */
  void breakAfter(long events) {
    left.set(events);
  }

  /** How many events were read from it. */
  long eventsRead() {
    return eventsRead.get();
  }

  /** From now on one event of each month is kept as another. */
  void damageWrites(boolean isDamaging) {
    damaging = isDamaging;
  }

  /** From now on it cannot be reached, or can again. */
  void away(boolean isGone) {
    isAway = isGone;
  }

  /** From now on deleting fails, or works again. */
  void keepAll(boolean isKept) {
    isKeepingAll = isKept;
  }

  private List<RecordedEvent> kept(List<RecordedEvent> events) {
    List<RecordedEvent> kept = new ArrayList<>(events);
    if (damaging) {
      RecordedEvent first = kept.get(0);
      kept.set(
          0,
          new RecordedEvent(
              first.position(), first.job(), first.version(), first.event().withId("forged")));
    }
    return kept;
  }

  private RecordedEvent count(RecordedEvent event) {
    if (left.getAndDecrement() <= 0) {
      throw new UnavailableException("The archive has broken down");
    }
    return event;
  }

  @Override
  public Mono<ArchivedMonth> write(YearMonth month, Flux<RecordedEvent> events) {
    return events.map(this::count).collectList().map(all -> keep(month, all));
  }

  private ArchivedMonth keep(YearMonth month, List<RecordedEvent> events) {
    EventDigest digest = new EventDigest();
    events.forEach(digest::add);
    ArchivedMonth written =
        new ArchivedMonth(
            month,
            digest.events(),
            100L * events.size(),
            Objects.requireNonNull(digest.first()),
            Objects.requireNonNull(digest.last()),
            digest.sha256());
    months.put(written, kept(events));
    return written;
  }

  @Override
  public Mono<Void> check() {
    return Mono.fromRunnable(
        () -> {
          if (isAway) {
            throw new UnavailableException("The archive is away");
          }
        });
  }

  @Override
  public Flux<ArchivedMonth> list() {
    return Flux.fromIterable(months.keySet());
  }

  @Override
  public Flux<RecordedEvent> read(ArchivedMonth month, Range range) {
    return Flux.defer(
            () -> {
              List<RecordedEvent> events = months.get(month);
              return events == null
                  ? Flux.error(new NotFoundException("Archived month", month.toString()))
                  : Flux.fromIterable(inOrder(events, range));
            })
        .map(this::count)
        .doOnNext(event -> eventsRead.incrementAndGet());
  }

  private static List<RecordedEvent> inOrder(List<RecordedEvent> events, Range range) {
    long after = range.after() == null ? 0 : Positions.number(range.after());
    long upTo = range.upTo() == null ? Positions.MAX : Positions.number(range.upTo());
    List<RecordedEvent> found =
        new ArrayList<>(
            events.stream()
                .filter(
                    event ->
                        Positions.number(event.position()) > after
                            && Positions.number(event.position()) <= upTo
                            && range.filter().matches(event))
                .toList());
    if (range.descending()) {
      Collections.reverse(found);
    }
    return found;
  }

  @Override
  public Mono<Void> delete(ArchivedMonth month) {
    return Mono.fromRunnable(
        () -> {
          if (isKeepingAll) {
            throw new UnavailableException("The archive deletes nothing");
          }
          months.remove(month);
        });
  }

  @Override
  public Mono<Void> close() {
    return Mono.empty();
  }

  @Override
  public String toString() {
    return url;
  }
}
