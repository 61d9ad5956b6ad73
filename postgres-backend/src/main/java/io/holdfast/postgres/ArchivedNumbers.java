package io.holdfast.postgres;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.event.ArchivedMonth;
import io.holdfast.event.EventArchive;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventQuery;
import io.holdfast.event.EventStats;
import io.holdfast.event.RecordedEvent;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Counts events, wherever they are: in the table by SQL, in the archive by its manifests or by
 * reading it. While a month is in both places, everything is read, and taken once.
 */
final class ArchivedNumbers {

  private static final Json SUCCESS = Json.of("{\"success\":true}");
  private static final Json FAILURE = Json.of("{\"success\":false}");
  private static final long UNKNOWN = -1;
  private static final EventStats NOTHING = new EventStats(0, Map.of(), 0, 0, null, null);

  private static final int BEHIND_MAX = 1_000_000;

  private final EventNumbers live;
  private final EventReader reader;
  private final ArchivedMonths months;
  private final Archive archive;

  ArchivedNumbers(EventNumbers live, EventReader reader, ArchivedMonths months, Archive archive) {
    this.live = live;
    this.reader = reader;
    this.months = months;
    this.archive = archive;
  }

  /**
   * What is asked for: which months may have some of it when so much is live, how to add it up, and
   * how to read it if that cannot be.
   */
  private record Question<T>(
      LongFunction<Mono<List<ArchivedMonth>>> archived,
      Function<List<ArchivedMonth>, Mono<T>> sum,
      ToLongFunction<T> events,
      Mono<T> reading) {}

  Mono<Long> count(EventFilter filter) {
    return counted(
        List.of(),
        new Question<>(
            there -> months.of(filter, there),
            parts ->
                live.count(filter)
                    .flatMap(there -> countArchived(filter, parts).map(more -> there + more)),
            count -> count,
            Mono.defer(() -> reader.readAll(filter).count())));
  }

  /** Counts what matches behind {@code position}, up to a million. */
  Mono<Long> countBehind(EventFilter filter, long position) {
    EventQuery behind = EventQuery.forward(filter).from(Positions.of(position)).limit(BEHIND_MAX);
    return counted(
            List.of(),
            new Question<>(
                there -> months.between(position, Long.MAX_VALUE),
                parts ->
                    live.countBehind(filter, position, BEHIND_MAX)
                        .flatMap(
                            there ->
                                countArchived(filter, position, parts).map(more -> there + more)),
                count -> count,
                Mono.defer(() -> reader.read(behind).count())))
        .map(count -> Math.min(count, BEHIND_MAX));
  }

  /** A month that begins behind the position is counted by its manifest, if everything matches. */
  private Mono<Long> countArchived(EventFilter filter, long position, List<ArchivedMonth> parts) {
    List<ArchivedMonth> read =
        parts.stream()
            .filter(
                month ->
                    !filter.equals(EventFilter.all())
                        || Positions.number(month.first()) <= position)
            .toList();
    long known =
        parts.stream()
            .filter(month -> !read.contains(month))
            .mapToLong(ArchivedMonth::events)
            .sum();
    var range = new EventArchive.Range(filter, Positions.of(position), null, false);
    return archive.read(read, range).take(BEHIND_MAX).count().map(found -> known + found);
  }

  Mono<EventStats> stats(JobId job) {
    EventFilter filter = EventFilter.job(job);
    return counted(
        List.of(),
        new Question<>(
            there -> months.of(filter, there),
            parts ->
                live.stats(job)
                    .flatMap(there -> archived(filter, parts).reduce(there, ArchivedNumbers::add)),
            EventStats::total,
            Mono.defer(() -> reader.readAll(filter).reduce(NOTHING, ArchivedNumbers::add))));
  }

  private Mono<Long> countArchived(EventFilter filter, List<ArchivedMonth> parts) {
    return filter.equals(EventFilter.all())
        ? Mono.just(parts.stream().mapToLong(ArchivedMonth::events).sum())
        : archived(filter, parts).count();
  }

  private Flux<RecordedEvent> archived(EventFilter filter, List<ArchivedMonth> parts) {
    return archive.read(parts, new EventArchive.Range(filter, null, null, false));
  }

  /**
   * Adds up what is in the two places, as far as {@code parts} are where the archive may have some
   * of it; again if there turn out to be more. The first try takes it that there is nothing, as is
   * most often so.
   */
  private <T> Mono<T> counted(List<ArchivedMonth> parts, Question<T> question) {
    return question
        .sum()
        .apply(parts)
        .flatMap(
            found -> {
              long live = parts.isEmpty() ? question.events().applyAsLong(found) : UNKNOWN;
              return question
                  .archived()
                  .apply(live)
                  .flatMap(now -> now.equals(parts) ? Mono.just(found) : sumOrRead(now, question));
            });
  }

  private <T> Mono<T> sumOrRead(List<ArchivedMonth> parts, Question<T> question) {
    return months
        .isAnyStillLive(parts)
        .flatMap(isDouble -> isDouble ? question.reading() : counted(parts, question));
  }

  private static EventStats add(EventStats stats, RecordedEvent event) {
    Map<String, Long> byType = new HashMap<>(stats.byType());
    byType.merge(event.type(), 1L, Long::sum);
    Instant at = event.createdAt();
    return new EventStats(
        stats.total() + 1,
        byType,
        stats.succeeded() + (event.data().contains(SUCCESS) ? 1 : 0),
        stats.failed() + (event.data().contains(FAILURE) ? 1 : 0),
        isEarlier(at, stats.first()) ? at : stats.first(),
        isEarlier(stats.last(), at) ? at : stats.last());
  }

  private static boolean isEarlier(@Nullable Instant one, @Nullable Instant other) {
    return one == null || other == null || one.isBefore(other);
  }
}
