package io.holdfast.postgres;

import io.holdfast.Json;
import io.holdfast.RecordKey;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Copies the rows of a table out in key order, and in as one JSON array a statement. */
final class TableTransfer<R> implements LoadingTransfer<R> {

  private final SqlRunner database;
  private final Table<R> table;
  private final Runnable written;

  TableTransfer(SqlRunner database, Table<R> table) {
    this(database, table, () -> {});
  }

  private TableTransfer(SqlRunner database, Table<R> table, Runnable written) {
    this.database = database;
    this.table = table;
    this.written = written;
  }

  /** As this one; calls {@code hearer} when something may have been loaded. */
  TableTransfer<R> announcing(Runnable hearer) {
    return new TableTransfer<>(database, table, hearer);
  }

  /**
   * How one kind lies in its table.
   *
   * @param page selects a page behind the key {@code $1, ...}, of {@code $n} rows, n one above the
   *     keys
   * @param firstKey a key below every other
   * @param row reads a row
   * @param key the key of a record
   * @param sizeBytes about how large a record is
   * @param load writes the records of the JSON array {@code $1}
   * @param lock keeps other writers away while records are loaded: those of every table whose rows
   *     carry a token of a sequence that {@code load} raises, so that it never lowers one
   * @param encode a record as {@code load} takes it
   * @param remove deletes the record with the key {@code $1, ...}
   * @param count counts the rows; {@code $1} is true
   */
  record Table<R>(
      String page,
      List<Object> firstKey,
      Function<Columns, R> row,
      Function<R, List<Object>> key,
      ToIntFunction<R> sizeBytes,
      String load,
      String lock,
      Function<R, Json> encode,
      String remove,
      String count) {

    /** Selects the row with the key {@code $1, ...}, of one row. */
    String one() {
      return page.replace(" > ", " = ");
    }

    /** A key in one column or in two. */
    List<Object> columns(RecordKey key) {
      return firstKey.size() == 1 ? List.of(key.first()) : List.of(key.first(), key.second());
    }
  }

  @Override
  public Flux<R> export() {
    return Flux.defer(
        () -> {
          Place<R> place = new Place<>(table);
          return Flux.<Integer>generate(
                  sink -> {
                    if (place.isAtEnd) {
                      sink.complete();
                    } else {
                      sink.next(place.size.rows());
                    }
                  })
              .concatMap(rows -> page(place, rows), 0)
              .doOnNext(place::learn)
              .concatMapIterable(page -> page, 1);
        });
  }

  private Mono<List<R>> page(Place<R> place, int rows) {
    return database.list(Sql.of(table.page(), and(place.key, rows)), table.row());
  }

  private static Object[] and(List<Object> key, int rows) {
    Object[] arguments = key.toArray(new Object[key.size() + 1]);
    arguments[key.size()] = rows;
    return arguments;
  }

  @Override
  public Mono<R> find(RecordKey key) {
    return database.first(Sql.of(table.one(), and(table.columns(key), 1)), table.row());
  }

  @Override
  public Mono<Void> remove(RecordKey key) {
    return database
        .write(Sql.of(table.remove(), table.columns(key).toArray()))
        .doOnTerminate(written)
        .then();
  }

  /** Where an export is. Pages come one after the other, so nobody else looks meanwhile. */
  private static final class Place<R> {

    private final Table<R> table;
    private List<Object> key;
    private final PageSize size = new PageSize();
    private boolean isAtEnd;

    Place(Table<R> table) {
      this.table = table;
      this.key = table.firstKey();
    }

    void learn(List<R> page) {
      isAtEnd = page.size() < size.rows();
      size.learn(page, table.sizeBytes());
      if (!page.isEmpty()) {
        key = table.key().apply(page.get(page.size() - 1));
      }
    }
  }

  @Override
  public Mono<Long> count() {
    return database.first(Sql.of(table.count(), true), row -> row.number(0));
  }

  @Override
  public Mono<Long> load(List<R> records) {
    return records.isEmpty() ? Mono.just(0L) : load(database, records, Note.NONE);
  }

  @Override
  public void announce() {
    written.run();
  }

  @Override
  public Mono<Long> loadIn(SqlRunner tx, List<R> records) {
    return tx.execute(table.lock())
        .then(
            tx.first(
                Sql.of(table.load(), Sql.json(array(records, table.encode()))),
                row -> row.number(0)));
  }

  /** One JSON array of {@code records}, of which there is one at least. */
  static <T> Json array(List<T> records, Function<T, Json> encode) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    char separator = '[';
    for (T record : records) {
      bytes.write(separator);
      bytes.writeBytes(encode.apply(record).utf8());
      separator = ',';
    }
    bytes.write(']');
    return Json.ofStored(bytes.toByteArray());
  }
}
