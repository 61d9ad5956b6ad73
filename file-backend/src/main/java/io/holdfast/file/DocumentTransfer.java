package io.holdfast.file;

import io.holdfast.CorruptDataException;
import io.holdfast.RecordKey;
import io.holdfast.deadletter.DeadLetter;
import io.holdfast.subscription.Subscription;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Copies the documents of one shelf. */
final class DocumentTransfer<R> implements LoadingTransfer<R> {

  private final Scope scope;
  private final Shelf<R> shelf;
  private final RecordRemoval removal;

  DocumentTransfer(Scope scope, Shelf<R> shelf, RecordRemoval removal) {
    this.scope = scope;
    this.shelf = shelf;
    this.removal = removal;
  }

  /** Where the document lies, of every kind but checkpoints. */
  static DocumentKey place(RecordKey key) {
    return new DocumentKey(key.first(), key.second());
  }

  @Override
  public Flux<R> export() {
    return export(scope, shelf);
  }

  static <R> Flux<R> export(Scope scope, Shelf<R> shelf) {
    return export(scope, shelf, Damage.FAILS);
  }

  @Override
  public Flux<R> exportIntact(Consumer<? super CorruptDataException> damaged) {
    return export(scope, shelf, Damage.toldTo(damaged));
  }

  private static <R> Flux<R> export(Scope scope, Shelf<R> shelf, Damage damage) {
    return scope.pages(
        view ->
            new DocumentPages<R>(
                view,
                shelf,
                Keys.of(view.entries(shelf), (key, note) -> true),
                Long.MAX_VALUE,
                (key, json) -> view.decode(shelf, key, json),
                damage));
  }

  @Override
  public Mono<Long> count() {
    return count(scope, shelf);
  }

  static Mono<Long> count(Scope scope, Shelf<?> shelf) {
    return scope.read(
        view -> {
          long count = 0;
          for (var entries = view.entries(shelf); entries.hasNext(); entries.next()) {
            count++;
          }
          return count;
        });
  }

  @Override
  public Mono<R> find(RecordKey key) {
    Objects.requireNonNull(key, "key");
    return scope.read(view -> view.find(shelf, place(key)));
  }

  @Override
  public Mono<Void> remove(RecordKey key) {
    Objects.requireNonNull(key, "key");
    return removal.remove(shelf, key);
  }

  @Override
  public Mono<Long> load(List<R> records) {
    Objects.requireNonNull(records, "records");
    return scope.write(edit -> load(edit, records));
  }

  @Override
  public long load(Edit edit, List<R> records) throws IOException {
    long written = 0;
    for (R record : records) {
      written += load(edit, record) ? 1 : 0;
    }
    return written;
  }

  private boolean load(Edit edit, R record) throws IOException {
    R there = edit.find(shelf, shelf.key(record));
    if (there != null && !shelf.isNewer(record, there)) {
      return false;
    }
    edit.put(shelf, record);
    if (record instanceof DeadLetter letter) {
      LetterClaims.raiseTokens(edit, letter.state().token());
    }
    if (record instanceof Subscription subscription) {
      SubscriptionDocuments.raiseTokens(edit, subscription);
    }
    return true;
  }
}
