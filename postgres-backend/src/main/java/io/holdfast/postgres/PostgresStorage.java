package io.holdfast.postgres;

import io.holdfast.CorruptDataException;
import io.holdfast.Health;
import io.holdfast.RecordKind;
import io.holdfast.RecordTransfer;
import io.holdfast.SqlExport;
import io.holdfast.StoreSet;
import io.holdfast.TransactionOptions;
import io.holdfast.UnavailableException;
import io.holdfast.UnifiedStorage;
import io.holdfast.checkpoint.CheckpointStore;
import io.holdfast.deadletter.DeadLetterQueue;
import io.holdfast.event.EventLog;
import io.holdfast.event.EventSearch;
import io.holdfast.event.SearchIndex;
import io.holdfast.lock.LockStore;
import io.holdfast.lock.WaitingLine;
import io.holdfast.session.SessionStore;
import io.holdfast.session.SessionWatches;
import io.holdfast.subscription.SubscriptionStore;
import io.holdfast.transfer.MigrationLedger;
import io.holdfast.transfer.Relocation;
import io.holdfast.workflow.WorkflowStore;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A storage kept by PostgreSQL 14 to 18: one schema is one store. Any number of processes may open
 * the same store.
 *
 * <p>Appends outside a transaction share a few lanes. At most 16,384 of them, and 256 MiB of their
 * events, wait or are being written; others wait for room. One that has waited for 30 seconds
 * without being sent fails with {@link UnavailableException}, and nothing of it was written.
 */
public final class PostgresStorage implements UnifiedStorage, EventSearch, SqlExport {

  /** More do not help: two keep a server busy that takes turns between CPU and disk. */
  private static final int LANES = 2;

  /** How long a watcher that is at work may take when the storage is closed. */
  private static final Duration GOODBYE = Duration.ofSeconds(5);

  private final Connections connections;
  private final Database database;
  private final Database control;
  private final Database maintenance;
  private final Database brief;
  private final Database newest;
  private final Database history;
  private final Database indexing;
  private final Database indexingMonths;
  private final EventTools tools;
  private final Announcer announcer;
  private final WaitingLine line = new WaitingLine();
  private final LockAnnouncer lockAnnouncer;
  private final Announcer sessionAnnouncer;
  private final Listener listener;
  private final Subscriptions subscriptions;
  private final AppendLanes lanes;
  private final EventLog events;
  private final StoreSet stores;
  private final DeliveryThreads watchThreads = new DeliveryThreads("holdfast-sessions-");
  private final SessionWatches watches = new SessionWatches();
  private final SessionFeed sessionFeed;
  private final SessionStore sessions;
  private final UserTransactions transactions;
  private final LockStore locks;
  private final SubscriptionStore durable;
  private final ConsumerLag consumerLag;
  private final Transfers transfers;
  private final MigrationLedger migrations;
  private final Relocation relocation;
  private final Upkeep upkeep;
  private final SessionUpkeep sessionUpkeep;
  private final HorizonWatch horizonWatch;
  private final Probe probe;
  private final Meters meters;

  PostgresStorage(PostgresConfiguration configuration, Opening opening) {
    this.connections = opening.connections();
    this.database = opening.database();
    this.control = opening.control();
    this.maintenance = new Database(connections.maintenance());
    this.indexing = new Database(connections.indexing());
    this.indexingMonths = new Database(connections.indexingMonths());
    this.tools = opening.tools();
    this.meters = opening.meters();
    SchemaName schema = configuration.schema();
    Channel channel = Channel.of(schema);
    WakeUps wakeUps = new WakeUps();
    WakeUps sessionWakeUps = new WakeUps();
    this.announcer = new Announcer(control, channel, channel.events(), wakeUps, meters);
    this.sessionAnnouncer =
        new Announcer(control, channel, channel.sessions(), sessionWakeUps, meters);
    this.lockAnnouncer = new LockAnnouncer(control, schema, channel, line);
    this.listener =
        new Listener(
            connections.create(), control, channel, wakeUps, sessionWakeUps, line, Listener.TIMING);
    this.brief = new Database(connections.brief());
    this.newest = new Database(connections.head());
    this.history = new Database(connections.history());
    Head head = new Head(tools.reader(newest), wakeUps, new Pace(listener::isListening), meters);
    Horizon horizon = new Horizon(history, schema, tools.tag());
    this.subscriptions = new Subscriptions(tools.reader(history), horizon, listener, wakeUps, head);
    this.stores = PostgresTransaction.on(database, control, tools, new AtOnce());
    this.sessionFeed =
        new SessionFeed(watches, history, tools, listener, sessionWakeUps, watchThreads);
    this.sessions = watches.sessions(stores.sessions(), sessionFeed);
    this.transactions =
        new UserTransactions(
            database,
            tools,
            configuration.statementTimeout(),
            meters.transactionReruns(),
            news -> news.calls().forEach(lockAnnouncer::called),
            this::transactionEnded);
    this.lanes =
        new AppendLanes(
            Math.max(1, Math.min(LANES, configuration.connections() / 2)),
            AppendLimits.DEFAULT,
            new GroupAppend(
                brief,
                new GroupTransaction(database, tools),
                tools,
                stores.events(),
                new GroupNews(head, announcer, meters.appendGroups())));
    this.events =
        new PostgresEventLog(
            database,
            stores.events(),
            lanes,
            subscriptions,
            new PostgresEventMonths(
                tools, opening.clock(), database, maintenance, stores.subscriptions().list()));
    PostgresLockLedger ledger =
        new PostgresLockLedger(database, control, schema, lockAnnouncer::called);
    this.locks = line.locks(ledger, new PostgresContest(ledger, listener, channel.voice()));
    this.consumerLag = new ConsumerLag(meters, stores.subscriptions()::lag);
    this.durable = new PostgresSubscriptionStore(database, control, tools, consumerLag);
    this.transfers =
        new Transfers(database, tools, announcer::committed, sessionAnnouncer::committed);
    this.migrations = new PostgresMigrationLedger(database, indexingMonths, tools, transfers);
    this.relocation = new PostgresRelocation(database, schema, PostgresRelocation.PATIENCE);
    this.upkeep = new Upkeep(control, tools, configuration);
    this.sessionUpkeep = new SessionUpkeep(control, tools);
    this.horizonWatch = new HorizonWatch(control, tools);
    this.probe = new Probe(control, tools, horizonWatch, configuration);
    meters.pool("work", connections.work());
    meters.pool("append", connections.brief());
    meters.pool("control", connections.control());
    meters.pool("head", connections.head());
    meters.pool("history", connections.history());
    meters.subscriptionsLive(subscriptions::live);
    meters.subscriptionLag(subscriptions::lag);
    meters.wakeUps(wakeUps);
    meters.horizonLag(() -> horizonWatch.last().positions());
    meters.horizonHeld(() -> horizonWatch.last().seconds());
    meters.listenerUp(listener::isListening);
    meters.partitionRunway(tools.partitions()::runwayDays);
  }

  /**
   * Connects, brings the schema up to date, and makes the coming months of events. Fails with
   * {@link UnavailableException} when no server answers or lets us in, or when the schema is newer
   * than this library, with {@link io.holdfast.MovedException} when the store has moved to another
   * one and the configuration does not say that nothing is upgraded, and with {@link
   * CorruptDataException} when the schema's history does not match it.
   *
   * @return the storage, which the caller closes; never empty
   */
  public static Mono<UnifiedStorage> create(PostgresConfiguration configuration) {
    return Opening.open(Objects.requireNonNull(configuration, "configuration"));
  }

  /** The SQL that makes the whole schema, for a DBA to read or to run. */
  public static String schemaScript(String schema) {
    return SchemaUpgrade.script(new SchemaName(schema));
  }

  @Override
  public Flux<String> indexFor(SearchIndex wanted) {
    Objects.requireNonNull(wanted, "wanted");
    return new SearchSwitch(indexing, indexingMonths, tools.schema(), wanted).run();
  }

  @Override
  public <T> Mono<T> exportSql(Function<Script, Mono<T>> writer) {
    Objects.requireNonNull(writer, "writer");
    return StoredCheckpoint.offEventLoop(Mono.fromCallable(() -> DumpScript.of(tools.schema())))
        .flatMap(
            script ->
                database.inside(
                    Begin.SNAPSHOT,
                    tx -> new Dump(tx, script).script().flatMap(writer),
                    TransactionEnd.UNHEARD));
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
    return durable;
  }

  @Override
  public <T> Mono<T> inTransaction(TransactionOptions options, Function<StoreSet, Mono<T>> work) {
    Objects.requireNonNull(options, "options");
    Objects.requireNonNull(work, "work");
    return transactions.run(options, work);
  }

  /** Also when it has failed: it may have held readers back. */
  private void transactionEnded(GatheredNews news) {
    announcer.committed();
    news.ofSessions(sessionAnnouncer::committed);
  }

  /** What is written outside a transaction is committed already. */
  private final class AtOnce implements News {

    @Override
    public void called(LockCall call) {
      lockAnnouncer.called(call);
    }

    @Override
    public void sessionsWritten() {
      sessionAnnouncer.committed();
    }
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
    return migrations;
  }

  @Override
  public Relocation relocation() {
    return relocation;
  }

  @Override
  public Mono<Health> health() {
    return probe.health();
  }

  @Override
  public Mono<Void> close() {
    return Mono.defer(
        () -> {
          line.close();
          watches.close();
          sessionFeed.close();
          upkeep.close();
          sessionUpkeep.close();
          consumerLag.close();
          horizonWatch.close();
          return subscriptions
              .close()
              // Before the lanes: an append may be waiting for a job that one of them holds.
              .then(Mono.<Void>fromRunnable(database::endTransactions))
              .then(lanes.close())
              .then(watchThreads.close(GOODBYE))
              .then(Mono.<Void>fromRunnable(announcer::close))
              .then(Mono.<Void>fromRunnable(sessionAnnouncer::close))
              .then(Mono.<Void>fromRunnable(lockAnnouncer::close))
              .then(listener.close())
              .then(closeDatabases())
              .then(tools.archive().close())
              .then(connections.close())
              .doOnTerminate(meters::close);
        });
  }

  private Mono<Void> closeDatabases() {
    return Mono.when(
        Stream.of(brief, database, maintenance, newest, history, indexing, indexingMonths, control)
            .map(Database::close)
            .toList());
  }
}
