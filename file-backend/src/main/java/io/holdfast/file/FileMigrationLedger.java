package io.holdfast.file;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.holdfast.NotFoundException;
import io.holdfast.RecordKind;
import io.holdfast.transfer.KindSum;
import io.holdfast.transfer.MigrationChunk;
import io.holdfast.transfer.MigrationLedger;
import io.holdfast.transfer.MigrationRun;
import io.holdfast.transfer.MigrationState;
import io.holdfast.transfer.MigrationTurn;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The migration as a document, its chunks as documents of the commits that load them. */
final class FileMigrationLedger implements MigrationLedger {

  /** There is one. */
  static final DocumentKey RUN = DocumentKey.of("last");

  private final Scope scope;
  private final Transfers transfers;

  FileMigrationLedger(Scope scope, Transfers transfers) {
    this.scope = scope;
    this.transfers = transfers;
  }

  @Override
  public Mono<MigrationRun> find() {
    return scope.read(FileMigrationLedger::find);
  }

  private static @Nullable MigrationRun find(View view) throws IOException {
    return view.find(Shelf.MIGRATIONS, RUN);
  }

  @Override
  public Flux<MigrationChunk> chunks() {
    return DocumentTransfer.export(scope, Shelf.MIGRATION_CHUNKS);
  }

  @Override
  public Mono<MigrationRun> take(MigrationTurn turn) {
    Objects.requireNonNull(turn, "turn");
    return scope.write(
        edit -> {
          MigrationRun there = find(edit);
          Instant now = edit.now();
          if (there != null && !isFreeFor(there, turn, now)) {
            throw there.busy();
          }
          boolean goesOn = there != null && there.source().equals(turn.source());
          if (!goesOn) {
            delete(edit, edit.entries(Shelf.MIGRATION_CHUNKS), 0);
          }
          long token = there == null ? 1 : there.token() + 1;
          Instant startedAt = there != null && goesOn ? there.startedAt() : now;
          return edit.put(Shelf.MIGRATIONS, taken(turn, token, startedAt, now));
        });
  }

  private static boolean isFreeFor(MigrationRun there, MigrationTurn turn, Instant now) {
    return !there.isOverFor(turn) && (!there.isHeldAt(now) || there.holder().equals(turn.holder()));
  }

  private static MigrationRun taken(
      MigrationTurn turn, long token, Instant startedAt, Instant now) {
    return new MigrationRun(
        turn.source(),
        MigrationState.COPYING,
        token,
        turn.holder(),
        turn.lease(),
        now.plus(turn.lease()),
        startedAt,
        now,
        List.of());
  }

  @Override
  public <R> Mono<Long> load(
      MigrationRun run, RecordKind<R> kind, List<R> records, MigrationChunk chunk) {
    Objects.requireNonNull(run, "run");
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(records, "records");
    Objects.requireNonNull(chunk, "chunk");
    LoadingTransfer<R> transfer = transfers.of(kind);
    return scope.write(
        edit -> {
          chunk.requireAbout(kind, records);
          hold(edit, run);
          long written = transfer.load(edit, records);
          edit.put(Shelf.MIGRATION_CHUNKS, chunk);
          return written;
        });
  }

  @Override
  public Mono<Void> keep(MigrationRun run) {
    Objects.requireNonNull(run, "run");
    return scope.write(edit -> hold(edit, run)).then();
  }

  /** All is done at once, so there is nothing to do. */
  @Override
  public Mono<Void> settle(MigrationRun run) {
    Objects.requireNonNull(run, "run");
    return find().then();
  }

  @Override
  public Mono<Long> complete(MigrationRun run, String kind, long chunks) {
    Objects.requireNonNull(run, "run");
    Objects.requireNonNull(kind, "kind");
    return scope.write(
        edit -> {
          hold(edit, run);
          return delete(edit, edit.entriesOf(Shelf.MIGRATION_CHUNKS, kind), chunks);
        });
  }

  /** Deletes the chunks from {@code number} on; how many there were. */
  @CanIgnoreReturnValue
  private static long delete(
      Edit edit, Iterator<Map.Entry<DocumentKey, Note>> chunks, long number) {
    List<DocumentKey> gone = new ArrayList<>();
    chunks.forEachRemaining(
        chunk -> {
          if (Long.parseLong(chunk.getKey().second()) >= number) {
            gone.add(chunk.getKey());
          }
        });
    gone.forEach(key -> edit.delete(Shelf.MIGRATION_CHUNKS, key));
    return gone.size();
  }

  @Override
  public Mono<MigrationRun> leave(MigrationRun run, MigrationState state, List<KindSum> sums) {
    Objects.requireNonNull(run, "run");
    Objects.requireNonNull(state, "state");
    Objects.requireNonNull(sums, "sums");
    state.requireLeft();
    return scope.write(
        edit -> {
          MigrationRun there = requireTurn(edit, run);
          if (!there.isStill(run)) {
            throw there.isNot(run);
          }
          Instant now = edit.now();
          return edit.put(
              Shelf.MIGRATIONS,
              new MigrationRun(
                  there.source(),
                  state,
                  there.token(),
                  "",
                  there.lease(),
                  now,
                  there.startedAt(),
                  now,
                  sums));
        });
  }

  @Override
  public Mono<MigrationRun> pause() {
    return scope.write(
        edit -> {
          MigrationRun there = find(edit);
          return there == null || there.state() != MigrationState.COPYING
              ? there
              : edit.put(
                  Shelf.MIGRATIONS,
                  there.in(MigrationState.PAUSED, there.leasedUntil(), edit.now()));
        });
  }

  /** Renews the lease of {@code run}, if it may still write. */
  @CanIgnoreReturnValue
  private static MigrationRun hold(Edit edit, MigrationRun run) throws IOException {
    MigrationRun there = requireTurn(edit, run);
    if (there.state() != MigrationState.COPYING || !there.holder().equals(run.holder())) {
      throw there.isNot(run);
    }
    Instant now = edit.now();
    return edit.put(
        Shelf.MIGRATIONS, there.in(MigrationState.COPYING, now.plus(there.lease()), now));
  }

  private static MigrationRun requireTurn(Edit edit, MigrationRun run) throws IOException {
    MigrationRun there = find(edit);
    if (there == null) {
      throw new NotFoundException("Migration", run.source());
    }
    if (there.token() != run.token()) {
      throw there.isNot(run);
    }
    return there;
  }
}
