package io.holdfast.session;

import io.holdfast.SessionId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Asks the storage for all that a watch is about, a page whenever the one before was taken, and
 * then for what the subscriber knows and was not among it.
 */
final class Scan {

  /** How many sessions a page has: few at first, and fewer where they are large. */
  private static final int ROWS_FIRST = 25;

  private static final int ROWS_MAX = 200;

  private static final long PAGE_BYTES = 2 * 1024 * 1024;

  private final Selection selection;
  private final SessionWatches.Source source;
  private final Watch watch;
  private final Acquaintance known;
  private @Nullable Session last;
  private int rows = ROWS_FIRST;
  private boolean isAtEnd;

  Scan(Selection selection, SessionWatches.Source source, Watch watch, Acquaintance known) {
    this.selection = selection;
    this.source = source;
    this.watch = watch;
    this.known = known;
  }

  Flux<SessionChange> changes() {
    return Flux.defer(
        () -> {
          synchronized (watch) {
            known.beginScan();
          }
          return Flux.concat(there(), Flux.defer(this::missing));
        });
  }

  private Flux<SessionChange> there() {
    return Flux.<Integer>generate(
            sink -> {
              if (isAtEnd) {
                sink.complete();
              } else {
                sink.next(rows);
              }
            })
        .concatMap(this::page, 0)
        .concatMapIterable(news -> news, 1);
  }

  private Mono<List<SessionChange>> page(int wanted) {
    return Mono.defer(
        () -> {
          long asked = watch.asking();
          return selection.page(source, last, wanted).map(page -> taken(page, asked));
        });
  }

  private List<SessionChange> taken(List<Session> page, long asked) {
    List<SessionChange> news = new ArrayList<>();
    watch.answered(
        page,
        asked,
        moment -> page.forEach(session -> known.find(session.id(), session, moment, news)));
    last = page.isEmpty() ? last : page.get(page.size() - 1);
    isAtEnd = page.size() < rows;
    long bytes = page.stream().mapToLong(session -> session.details().data().sizeBytes()).sum();
    rows = bytes > PAGE_BYTES ? Math.max(1, rows / 2) : Math.min(ROWS_MAX, rows * 2);
    return news;
  }

  private Flux<SessionChange> missing() {
    List<SessionId> ids;
    synchronized (watch) {
      ids = known.missing();
    }
    return Flux.fromIterable(ids)
        .buffer(ROWS_FIRST)
        .concatMap(this::lookFor, 1)
        .concatMapIterable(news -> news, 1);
  }

  private Mono<List<SessionChange>> lookFor(List<SessionId> ids) {
    return Mono.defer(
        () -> {
          long asked = watch.asking();
          return source.find(ids).map(found -> lookedFor(ids, found, asked));
        });
  }

  private List<SessionChange> lookedFor(List<SessionId> ids, List<Session> found, long asked) {
    List<SessionChange> news = new ArrayList<>();
    Map<SessionId, Session> byId = new HashMap<>();
    found.forEach(session -> byId.put(session.id(), session));
    watch.answered(
        found, asked, moment -> ids.forEach(id -> known.find(id, byId.get(id), moment, news)));
    return news;
  }
}
