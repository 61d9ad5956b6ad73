package io.holdfast.dual;

import io.holdfast.Position;
import io.holdfast.StoreSet;
import io.holdfast.event.AppendResult;
import io.holdfast.event.RecordedEvent;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The stores of one transaction on the leading side; notes what it may have changed. */
final class TransactionAccess implements Access {

  private final StoreSet stores;
  private final Notes notes;

  TransactionAccess(StoreSet stores, Notes notes) {
    this.stores = stores;
    this.notes = notes;
  }

  /** What all runs of a transaction may have changed. */
  static final class Notes {

    private final Pending pending;
    private final Set<Area> areas = ConcurrentHashMap.newKeySet();
    private final Set<Area> takenFrom = ConcurrentHashMap.newKeySet();
    private final Set<Position> positions = ConcurrentHashMap.newKeySet();

    private volatile boolean isCommitted;
    private volatile boolean hasAppended;

    Notes(Pending pending) {
      this.pending = pending;
    }

    /** The work is run again: what it has appended before was rolled back. */
    void begin() {
      positions.clear();
    }

    private void write(List<Area> written) {
      for (Area area : written) {
        if (areas.add(area)) {
          pending.begin(area);
        }
      }
    }

    private void takeFrom(Area whole) {
      if (takenFrom.add(whole)) {
        pending.begin(whole);
      }
    }

    private void appends() {
      hasAppended = true;
    }

    /** True if it has at least tried to. */
    boolean hasAppended() {
      return hasAppended;
    }

    private void append(AppendResult result) {
      result.events().forEach(event -> positions.add(event.position()));
    }

    /** It was committed: said before anybody hears of that. */
    void committed(EventFollower events) {
      positions.forEach(events::known);
      areas.forEach(pending::touch);
      isCommitted = true;
    }

    boolean isCommitted() {
      return isCommitted;
    }

    void ended(boolean certain) {
      for (Area area : areas) {
        if (isCommitted) {
          pending.quit(area);
        } else {
          pending.end(area, certain);
        }
      }
      takenFrom.forEach(pending::quit);
    }
  }

  @Override
  public <T> Mono<T> write(List<Area> areas, Function<StoreSet, Mono<T>> operation) {
    notes.write(areas);
    return operation.apply(stores);
  }

  @Override
  public <T> Flux<T> writeMany(List<Area> areas, Function<StoreSet, Flux<T>> operation) {
    notes.write(areas);
    return operation.apply(stores);
  }

  @Override
  public <T> Mono<T> renew(List<Area> areas, Function<StoreSet, Mono<T>> operation) {
    return write(areas, operation);
  }

  @Override
  public <T> Flux<T> renewMany(List<Area> areas, Function<StoreSet, Flux<T>> operation) {
    return writeMany(areas, operation);
  }

  /** What was taken and does not arrive is of the whole. */
  @Override
  public <T> Flux<T> take(
      Area whole, Function<T, Area> area, Function<StoreSet, Flux<T>> operation) {
    notes.takeFrom(whole);
    return operation
        .apply(stores)
        .doOnNext(taken -> notes.write(List.of(area.apply(taken))))
        .doOnError(error -> notes.write(List.of(whole)))
        .doOnCancel(() -> notes.write(List.of(whole)));
  }

  @Override
  public Mono<AppendResult> append(Function<StoreSet, Mono<AppendResult>> operation) {
    return operation
        .apply(stores)
        .doOnSubscribe(subscription -> notes.appends())
        .doOnNext(notes::append);
  }

  @Override
  public Flux<RecordedEvent> events(Function<StoreSet, Flux<RecordedEvent>> operation) {
    return operation.apply(stores);
  }

  @Override
  public <T> Mono<T> ask(Function<StoreSet, Mono<T>> operation) {
    return operation.apply(stores);
  }

  @Override
  public <T> Flux<T> askMany(Function<StoreSet, Flux<T>> operation) {
    return operation.apply(stores);
  }

  @Override
  public <T> Mono<T> read(Area area, Function<StoreSet, Mono<T>> operation) {
    return operation.apply(stores);
  }

  @Override
  public <T> Flux<T> readMany(Area area, Function<StoreSet, Flux<T>> operation) {
    return operation.apply(stores);
  }
}
