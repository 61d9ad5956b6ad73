package io.holdfast.postgres;

import io.holdfast.SqlExport.Part;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The rows of a table, a page a part, each asked for when the one before was taken. */
final class DumpPages {

  private static final int ROWS_MIN = 16;
  private static final int ROWS_MAX = 2_000;

  private final SqlRunner tx;
  private final DumpedTable table;
  private final String first;
  private final String next;

  DumpPages(SqlRunner tx, SchemaName schema, DumpedTable table) {
    this.tx = tx;
    this.table = table;
    this.first = schema.in(table.page(true));
    this.next = schema.in(table.page(false));
  }

  /** Where a dump is. Pages come one after the other, so nobody else looks meanwhile. */
  private static final class Place {

    private List<String> key = List.of();
    private int rows = ROWS_MIN;
    private boolean isAtEnd;
  }

  Flux<Part> parts() {
    return Flux.defer(
        () -> {
          Place place = new Place();
          return Flux.<Integer>generate(
                  sink -> {
                    if (place.isAtEnd) {
                      sink.complete();
                    } else {
                      sink.next(place.rows);
                    }
                  })
              .concatMap(rows -> page(place), 0)
              .doOnNext(page -> learn(place, page))
              .filter(page -> !page.isEmpty())
              .concatMap(this::part, 0);
        });
  }

  private Mono<List<RecordBytes>> page(Place place) {
    List<Object> arguments = new ArrayList<>();
    arguments.add(place.rows);
    arguments.addAll(place.key);
    return tx.list(new Sql(place.key.isEmpty() ? first : next, arguments), row -> row.composite(0));
  }

  /** A page may be cut where it would be too long, so only an empty one is the end. */
  private void learn(Place place, List<RecordBytes> page) {
    place.isAtEnd = page.isEmpty();
    place.rows = Math.max(ROWS_MIN, Math.min(ROWS_MAX, page.size() * 4));
    if (!page.isEmpty()) {
      place.key = table.keyOf(page.get(page.size() - 1));
    }
  }

  private Mono<Part> part(List<RecordBytes> page) {
    return StoredCheckpoint.offEventLoop(
        Mono.fromCallable(
            () ->
                new Part(
                    table.name(),
                    page.size(),
                    ByteBuffer.wrap(CopyText.lines(page, table.columns().size()))
                        .asReadOnlyBuffer())));
  }
}
