package io.holdfast.postgres;

import io.holdfast.event.ArchivedMonth;
import io.holdfast.event.EventArchive;
import io.holdfast.event.EventFilter;
import io.holdfast.event.RecordedEvent;
import io.holdfast.postgres.EventPages.Call;
import io.holdfast.postgres.EventPages.Found;
import io.holdfast.postgres.EventPages.Way;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Mono;

/**
 * Adds what is archived to the pages that come from the table. The page itself says whether there
 * may be something, so that the others cost nothing more; that is looked up after its events: a
 * month is noted as archived before it leaves the table, so an event that the page has missed is
 * found. While a month is in both places, its events are taken once.
 */
final class ArchivedPages implements PageFetcher {

  private final PageFetcher live;
  private final ArchivedMonths months;
  private final Archive archive;

  ArchivedPages(PageFetcher live, ArchivedMonths months, Archive archive) {
    this.live = live;
    this.months = months;
    this.archive = archive;
  }

  /** The positions behind {@code after} up to {@code upTo} that the page has looked at. */
  private record Span(long after, long upTo) {

    static Span of(Call call, Found found) {
      List<RecordedEvent> events = found.events();
      boolean isFull = events.size() >= call.rows();
      if (call.way() == Way.BACKWARD) {
        long lowest = isFull ? last(events) : found.looked() - 1;
        return new Span(lowest, Math.min(call.from().position() - 1, found.decided()));
      }
      return new Span(known(call, events), isFull ? last(events) : found.looked());
    }

    /**
     * Up to where the table has all there is: the versions of a job have no hole, so that nothing
     * of a run of them can be elsewhere.
     */
    private static long known(Call call, List<RecordedEvent> events) {
      long position = call.from().position();
      long version = call.from().version();
      boolean isWholeJob =
          call.filter().jobs().size() == 1
              && call.filter().equals(EventFilter.all().withJobs(call.filter().jobs()))
              && (version > 0 || position == 0);
      for (RecordedEvent event : events) {
        if (!isWholeJob || event.version() != version + 1) {
          return position;
        }
        version++;
        position = Positions.number(event.position());
      }
      return position;
    }
  }

  @Override
  public Mono<Found> fetch(Call call) {
    return live.fetch(call).flatMap(found -> complete(call, found));
  }

  private Mono<Found> complete(Call call, Found found) {
    Span span = Span.of(call, found);
    if (!found.mayBeArchived() || span.after() >= span.upTo()) {
      return Mono.just(found);
    }
    return months
        .between(span.after(), span.upTo())
        .map(
            all ->
                all.stream()
                    .filter(month -> ArchivedMonths.isWithin(month, call.filter()))
                    .toList())
        .flatMap(
            wanted ->
                wanted.isEmpty() ? Mono.just(found) : withArchived(call, found, span, wanted));
  }

  private Mono<Found> withArchived(Call call, Found found, Span span, List<ArchivedMonth> wanted) {
    boolean isBackward = call.way() == Way.BACKWARD;
    EventArchive.Range range =
        new EventArchive.Range(
            call.filter(),
            Positions.of(Math.max(0, span.after())),
            Positions.of(Math.min(span.upTo(), Positions.MAX)),
            isBackward);
    return archive
        .read(wanted, range)
        .filter(event -> isBackward || event.version() > firstVersion(call))
        .take(call.rows())
        .collectList()
        .map(archived -> merge(found, archived, call.rows(), isBackward));
  }

  /** Versions matter where the page is of one job. */
  private static long firstVersion(Call call) {
    return call.way() == Way.FORWARD ? 0 : call.from().version();
  }

  /** A page that is full ends with its last event, wherever that came from. */
  private static Found merge(
      Found found, List<RecordedEvent> archived, int rows, boolean isBackward) {
    List<RecordedEvent> live = found.events();
    List<RecordedEvent> merged = new ArrayList<>(rows);
    int fromLive = 0;
    int fromArchive = 0;
    while (merged.size() < rows && (fromLive < live.size() || fromArchive < archived.size())) {
      long here = fromLive < live.size() ? position(live, fromLive) : 0;
      long there = fromArchive < archived.size() ? position(archived, fromArchive) : 0;
      boolean isHere = there == 0 || (here > 0 && (isBackward ? here >= there : here <= there));
      merged.add(isHere ? live.get(fromLive) : archived.get(fromArchive));
      fromLive += isHere ? 1 : 0;
      fromArchive += isHere && here != there ? 0 : 1;
    }
    return new Found(merged, found.looked(), found.decided(), true);
  }

  private static long position(List<RecordedEvent> events, int index) {
    return Positions.number(events.get(index).position());
  }

  private static long last(List<RecordedEvent> events) {
    return position(events, events.size() - 1);
  }
}
