package io.holdfast.postgres;

import io.holdfast.JobId;
import io.holdfast.event.EventFilter;
import io.holdfast.event.RecordedEvent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Where one subscription is. Its pages come one after the other, so nobody else changes it
 * meanwhile; the position is also looked at from outside.
 */
final class Reading {

  /** How many events from the head are handed on together, if there are as many. */
  private static final int TOGETHER = 256;

  private static final Comparator<RecordedEvent> BY_POSITION =
      Comparator.comparingLong(event -> Positions.number(event.position()));

  private final EventFilter filter;
  private final boolean wantsAll;
  private final PageSize size = new PageSize();
  private volatile EventReader.Place place;
  private long decided = -1;
  private long seen;
  private boolean atHead;
  private volatile boolean waits;

  private Reading(EventFilter filter, EventReader.Place place) {
    this.filter = filter;
    this.wantsAll = filter.equals(EventFilter.all());
    this.place = place;
  }

  /** From a position that somebody names; whether there is such a one has to be found out. */
  static Reading behind(EventFilter filter, long position) {
    return new Reading(filter, EventReader.Place.behind(position));
  }

  /** From the end of the log, looked up after {@code seen} signals. */
  static Reading fromEnd(EventFilter filter, long position, long seen) {
    Reading reading = behind(filter, position);
    reading.reachedEnd(position, seen);
    return reading;
  }

  EventFilter filter() {
    return filter;
  }

  EventReader.Place place() {
    return place;
  }

  long position() {
    return place.position();
  }

  int rows() {
    return size.rows();
  }

  /** True if the end of the log was reached; more than what came since cannot be missing. */
  boolean isAtHead() {
    return atHead;
  }

  /** A position that is surely decided, -1 if none is known yet. */
  long decided() {
    return decided;
  }

  /** How many signals there had been before the database was last asked. */
  long seen() {
    return seen;
  }

  /** How far it is behind {@code position}; a subscription that waits is not. */
  long behind(long position) {
    return waits ? 0 : Math.max(0, position - place.position());
  }

  void waits(boolean now) {
    waits = now;
  }

  /** The end of the log is here. */
  void reachedEnd(long position, long signals) {
    decided = position;
    seen = signals;
    atHead = true;
  }

  /** Learns from a page that was read after {@code signals} signals. */
  void learn(EventReader.Page page, long signals) {
    if (page.end().position() > place.position()) {
      decided = page.end().position();
    }
    place = page.end();
    seen = signals;
    atHead = !page.hasMore();
    size.learn(page.events(), EventRows::sizeBytes);
  }

  /** Nothing that matches lies at or before {@code position}. */
  void nothingUpTo(long position) {
    if (position > place.position()) {
      place = new EventReader.Place(position, place.version());
    }
  }

  /** Goes back behind an event that was handed on: what came after it was dropped. */
  void goBack(RecordedEvent last) {
    place = new EventReader.Place(Positions.number(last.position()), last.version());
    atHead = false;
  }

  /** What matches in the first of {@code pages}, as far as it is needed; moves behind it. */
  List<RecordedEvent> take(List<HeadPage> pages) {
    HeadPage first = pages.get(0);
    if (wantsAll && first.after() >= place.position() && first.events().size() >= TOGETHER) {
      return moved(first.events(), first.end());
    }
    List<RecordedEvent> found = new ArrayList<>();
    long end = place.position();
    for (HeadPage page : pages) {
      addMatches(page, found);
      end = page.end();
      if (found.size() >= TOGETHER) {
        break;
      }
    }
    return moved(found, end);
  }

  private List<RecordedEvent> moved(List<RecordedEvent> events, long end) {
    long version = events.isEmpty() ? place.version() : events.get(events.size() - 1).version();
    place = new EventReader.Place(end, version);
    return events;
  }

  private void addMatches(HeadPage page, List<RecordedEvent> found) {
    boolean isPart = page.after() < place.position();
    for (RecordedEvent event : candidates(page)) {
      if ((!isPart || Positions.number(event.position()) > place.position())
          && (wantsAll || filter.matches(event))) {
        found.add(event);
      }
    }
  }

  private List<RecordedEvent> candidates(HeadPage page) {
    if (filter.jobs().isEmpty() || filter.jobs().size() > Waiters.JOBS_MAX) {
      return page.events();
    }
    if (filter.jobs().size() == 1) {
      return page.of(filter.jobs().iterator().next());
    }
    List<RecordedEvent> ofJobs = new ArrayList<>();
    for (JobId job : filter.jobs()) {
      ofJobs.addAll(page.of(job));
    }
    ofJobs.sort(BY_POSITION);
    return ofJobs;
  }
}
