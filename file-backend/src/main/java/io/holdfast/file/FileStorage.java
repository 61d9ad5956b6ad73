package io.holdfast.file;

import io.holdfast.Health;
import io.holdfast.Isolation;
import io.holdfast.RecordKind;
import io.holdfast.RecordTransfer;
import io.holdfast.StoreSet;
import io.holdfast.TransactionOptions;
import io.holdfast.UnavailableException;
import io.holdfast.UnifiedStorage;
import io.holdfast.checkpoint.CheckpointStore;
import io.holdfast.deadletter.DeadLetterQueue;
import io.holdfast.event.AppendOnlyEvents;
import io.holdfast.event.EventLog;
import io.holdfast.file.FileConfiguration.Access;
import io.holdfast.lock.Lease;
import io.holdfast.lock.LockName;
import io.holdfast.lock.LockStore;
import io.holdfast.lock.WaitingLine;
import io.holdfast.session.SessionStore;
import io.holdfast.subscription.SubscriptionStore;
import io.holdfast.transfer.MigrationLedger;
import io.holdfast.transfer.Moved;
import io.holdfast.transfer.Relocation;
import io.holdfast.workflow.WorkflowStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * Keeps everything in one directory that people can read; its format is drawn in this package's
 * documentation. One process writes at a time, others may read.
 *
 * <p>What was acknowledged survives {@code kill -9} and a loss of power. The last 100,000 batches
 * of events are remembered, fewer if they span many jobs each.
 */
public final class FileStorage implements UnifiedStorage {

  private final Disk disk;
  private final Engine engine;
  private final EventLog events;
  private final WaitingLine line = new WaitingLine();
  private final LockStore locks;
  private final FileStoreSet stores;
  private final SessionStore sessions;
  private final Transfers transfers;
  private final Mono<Void> closing;

  private FileStorage(Disk disk, Engine engine) {
    this.disk = disk;
    this.engine = engine;
    this.events = new FileEventLog(engine);
    FileLockLedger ledger = new FileLockLedger(engine.scope(), line, name -> line.call(name, true));
    this.locks = line.locks(ledger, new FileContest(ledger));
    this.stores = FileStoreSet.over(engine.scope(), events, locks);
    this.sessions =
        engine.state().watches().sessions(stores.sessions(), new FileSessionSource(disk, engine));
    this.transfers =
        new Transfers(engine.scope(), engine.state(), new RecordRemoval(engine.scope(), stores));
    this.closing =
        Mono.<Void>create(sink -> close(engine, sink)).publishOn(disk.scheduler()).cache();
  }

  private void close(Engine engine, MonoSink<Void> sink) {
    line.close();
    engine.state().watches().close();
    engine.close(sink::success);
  }

  /**
   * Opens the directory: locks it, or follows it, and recovers what a crash has left. Each
   * subscription opens one storage, which the caller closes.
   *
   * <p>Fails with {@link UnavailableException} when another process writes to the directory, which
   * it names, or when there is nothing to read, with {@link io.holdfast.MovedException} when the
   * storage has moved to another one and would be written to, and with {@link
   * io.holdfast.CorruptDataException}, which names file and line, when what was acknowledged cannot
   * be restored.
   *
   * @return the open storage; never empty
   */
  public static Mono<UnifiedStorage> create(FileConfiguration configuration) {
    // A cancelled opening is not interrupted, which would break what it has open, but undone.
    return Mono.<UnifiedStorage>create(
            sink -> {
              Disk disk = new Disk(configuration.directory());
              disk.onReader(() -> open(disk, configuration, sink));
            })
        .doOnDiscard(FileStorage.class, storage -> storage.engine.close(() -> {}));
  }

  private static void open(
      Disk disk, FileConfiguration configuration, MonoSink<UnifiedStorage> sink) {
    FileStorage storage;
    try {
      storage = open(disk, configuration);
    } catch (Throwable e) {
      disk.shutdown();
      sink.error(disk.translate(e));
      return;
    }
    sink.success(storage);
  }

  private static FileStorage open(Disk disk, FileConfiguration configuration) throws IOException {
    Path root = configuration.directory().toAbsolutePath().normalize();
    State state = new State(root, configuration.clock());
    Engine engine =
        configuration.access() == Access.READ
            ? Reader.open(disk, state)
            : Writer.open(disk, configuration, state);
    return new FileStorage(disk, engine);
  }

  @Override
  public EventLog events() {
    return events;
  }

  @Override
  public SessionStore sessions() {
    return sessions;
  }

  @Override
  public CheckpointStore checkpoints() {
    return stores.checkpoints();
  }

  @Override
  public DeadLetterQueue deadLetters() {
    return stores.deadLetters();
  }

  @Override
  public WorkflowStore workflows() {
    return stores.workflows();
  }

  @Override
  public LockStore locks() {
    return locks;
  }

  @Override
  public SubscriptionStore subscriptions() {
    return stores.subscriptions();
  }

  /** One at a time, so every isolation is met, and none is ever run again. */
  @Override
  public <T> Mono<T> inTransaction(TransactionOptions options, Function<StoreSet, Mono<T>> work) {
    Objects.requireNonNull(options, "options");
    Objects.requireNonNull(work, "work");
    Mono<T> whole =
        Mono.defer(
            () -> {
              List<LockName> freed = new CopyOnWriteArrayList<>();
              return engine
                  .inTransaction(
                      transaction ->
                          fence(transaction, options.lease())
                              .then(
                                  Mono.defer(
                                      () ->
                                          work.apply(
                                              stores(transaction, options.isolation(), freed)))))
                  .doOnSuccess(value -> freed.forEach(name -> line.call(name, true)));
            });
    return options.limited(whole);
  }

  private static Mono<Lease> fence(Transaction transaction, @Nullable Lease lease) {
    return lease == null
        ? Mono.empty()
        : transaction.read(
            view -> {
              FileLockLedger.requireHeld(view, lease);
              return lease;
            });
  }

  private StoreSet stores(Transaction transaction, Isolation isolation, List<LockName> freed) {
    return FileStoreSet.over(
        transaction,
        AppendOnlyEvents.at(isolation, new FileEventJournal(transaction, engine.state())),
        new FileLockLedger(transaction, line, freed::add));
  }

  @Override
  public List<RecordKind<?>> kinds() {
    return transfers.kinds();
  }

  @Override
  public <R> RecordTransfer<R> transfer(RecordKind<R> kind) {
    return transfers.of(kind);
  }

  @Override
  public MigrationLedger migrations() {
    return new FileMigrationLedger(engine.scope(), transfers);
  }

  @Override
  public Relocation relocation() {
    return new FileRelocation(engine);
  }

  @Override
  public Mono<Health> health() {
    return Mono.defer(
        () -> {
          long start = System.nanoTime();
          return disk.run(() -> probe(start))
              .onErrorResume(failure -> Mono.just(unwell(failure, start)));
        });
  }

  private Health probe(long start) throws IOException {
    disk.requireOpen();
    State state = engine.state();
    Format format = Format.read(state.root());
    Map<String, String> facts = new LinkedHashMap<>(engine.facts());
    facts.put("backend", "file");
    facts.put("directory", state.root().toString());
    facts.put("format", Long.toString(format.version()));
    facts.put("store", format.store());
    Moved moved = format.moved();
    if (moved != null) {
      facts.put("moved to", moved.to());
    }
    facts.put("position", Long.toString(state.visible().position()));
    facts.put(
        "events", Long.toString(state.segments().all().stream().mapToLong(Segment::events).sum()));
    List<String> problems = engine.problems();
    return new Health(problems.isEmpty(), since(start), problems, facts);
  }

  private Health unwell(Throwable failure, long start) {
    return new Health(
        false,
        since(start),
        List.of(String.valueOf(failure.getMessage())),
        Map.of("backend", "file", "directory", engine.state().root().toString()));
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  @Override
  public Mono<Void> close() {
    return closing;
  }
}
