package io.holdfast.file;

import io.holdfast.MovedException;
import io.holdfast.transfer.Moved;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The engine of the one process that writes. */
final class Writer implements Engine {

  private static final Logger LOG = LoggerFactory.getLogger(Writer.class);

  private static final Duration HELD_LONG = Duration.ofSeconds(10);

  private final FileConfiguration configuration;
  private final Disk disk;
  private final State state;
  private final OpenFiles open;
  private final Journal journal;
  private final Commits commits;
  private final WriteTurn turn;
  private final Checkpointer checkpointer;
  private final Tips tips;
  private final Scope scope;
  private final long tornBytes;

  private Writer(Disk disk, State state, OpenFiles open, FileConfiguration configuration)
      throws IOException {
    this.configuration = configuration;
    this.disk = disk;
    this.state = state;
    this.open = open;
    open.keep(state.segments());
    Watermark watermark = open.keep(new Watermark(state.root()));
    Applier applier = new Applier(state, watermark);
    Recovery recovery = new Recovery(state, applier);
    recovery.run();
    this.tornBytes = recovery.tornBytes();
    watermark.write(state.visible().position());
    this.journal = open.keep(new Journal(state.root(), recovery.journal(), recovery.lastCommit()));
    this.checkpointer =
        new Checkpointer(disk, state, journal, applier, configuration.journalBytes());
    if (!recovery.indexed()) {
      checkpointer.index();
    }
    this.tips = new Tips(disk, () -> state.visible().position());
    this.commits = new Commits(disk, journal, state, applier, this::afterGroup);
    this.turn = new WriteTurn(disk, state::now, commits::isCrowded);
    this.scope = new RootScope(disk, state, turn, commits);
  }

  /** Locks the directory, makes it if it is missing, and recovers it. */
  static Writer open(Disk disk, FileConfiguration configuration, State state) throws IOException {
    Disk.makeDirectory(state.root());
    OpenFiles open = new OpenFiles();
    try {
      open.keep(DirectoryLock.take(state.root()));
      if (!Format.isIn(state.root())) {
        Format.create(state.root(), state.now());
      }
      Format.requireKnown(state.root()).requireHere(state.root());
      Writer writer = new Writer(disk, state, open, configuration);
      writer.tips.signal();
      var unused = state.watches().listen().begun();
      writer.checkpointer.startIfBehind(writer.commits::fail);
      return writer;
    } catch (Throwable e) {
      open.close();
      throw e;
    }
  }

  private void afterGroup() {
    turn.resume();
    if (commits.failure() != null) {
      return;
    }
    tips.signal();
    try {
      checkpointer.startIfDue(commits::fail);
    } catch (IOException e) {
      commits.fail(e);
    }
  }

  @Override
  public Scope scope() {
    return scope;
  }

  @Override
  public State state() {
    return state;
  }

  /** What is written is told as it is brought into the files. */
  @Override
  public <T> Mono<T> hearing() {
    return Mono.never();
  }

  @Override
  public Flux<Long> tips() {
    return tips.live();
  }

  @Override
  public <T> Mono<T> inTransaction(Function<Transaction, Mono<T>> work) {
    return Transaction.run(
        turn, Transaction.begin(disk, turn, commits), configuration.transactionTimeout(), work);
  }

  @Override
  public <T> Mono<T> alone(Work<T> work) {
    return Mono.<T>create(sink -> beAlone(new Solo<>(disk, commits, sink, work)))
        .publishOn(disk.scheduler());
  }

  private void beAlone(Solo<?> solo) {
    if (!disk.onWriter(solo::run)) {
      solo.refuse();
    }
  }

  @Override
  public <T> Mono<T> settled(Work<T> work) {
    return Mono.<T>create(sink -> settle(new Solo<>(disk, commits, sink, work)))
        .publishOn(disk.scheduler());
  }

  /** A checkpoint that is under way is seen out by the keeper, and then it is tried again. */
  private void settle(Solo<?> solo) {
    boolean accepted =
        disk.onWriter(
            () -> {
              if (!solo.isSettled(checkpointer) && !disk.onKeeper(() -> settle(solo))) {
                solo.refuse();
              }
            });
    if (!accepted) {
      solo.refuse();
    }
  }

  /**
   * At the write turn, with all that was decided before on the disk and in the files: whoever comes
   * later is refused, and readers need no journal.
   */
  @Override
  public Mono<Moved> moveTo(Moved moved) {
    return inTransaction(
            transaction ->
                transaction.settled().then(settled(() -> transaction.keeping(() -> note(moved)))))
        .onErrorResume(MovedException.class, gone -> disk.complete(() -> noted(moved, gone)));
  }

  private synchronized Moved note(Moved moved) throws IOException {
    try {
      return Format.moveTo(state.root(), moved);
    } finally {
      // It may be noted though it failed, and then every other process goes by that.
      state.moveTo(Format.read(state.root()).moved());
    }
  }

  /** Somebody was quicker, and may have taken it back since. */
  private synchronized Moved noted(Moved moved, MovedException gone) throws IOException {
    Moved noted = Format.noted(state.root(), moved);
    if (noted == null) {
      throw gone;
    }
    return noted;
  }

  @Override
  public Mono<Moved> takeBack() {
    return Transaction.outside(turn).then(disk.<Moved>complete(this::takenBack));
  }

  private synchronized @Nullable Moved takenBack() throws IOException {
    disk.requireOpen();
    Moved moved = Format.takeBack(state.root());
    state.moveTo(null);
    return moved;
  }

  @Override
  public List<String> problems() {
    List<String> problems = new ArrayList<>();
    MovedException moved = state.movedAway();
    if (moved != null) {
      problems.add(String.valueOf(moved.getMessage()));
    }
    Throwable failure = commits.failure();
    if (failure != null) {
      problems.add(String.valueOf(failure.getMessage()));
    }
    Instant since = turn.heldSince();
    if (since != null && since.plus(HELD_LONG).isBefore(state.now())) {
      problems.add("A transaction has kept all other writes waiting since " + since);
    }
    return problems;
  }

  @Override
  public Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("access", "read and write");
    facts.put("jobs", Integer.toString(state.heads().size()));
    facts.put("journal", Journal.file(state.root(), journal.number()).toString());
    facts.put("commits", Long.toString(journal.lastCommit()));
    if (tornBytes > 0) {
      facts.put("recovered", "cut " + tornBytes + " bytes that were never acknowledged");
    }
    return facts;
  }

  /** One thread after the other finishes what it has; the last one tidies up. */
  @Override
  public void close(Runnable done) {
    disk.close();
    checkpointer.hurry();
    tips.close();
    commits.refuse(disk.closed());
    turn.close();
    disk.onTurn(() -> disk.onWriter(() -> disk.onKeeper(() -> finish(done))));
  }

  private void finish(Runnable done) {
    try (open) {
      if (!commits.isBroken()) {
        checkpointer.complete();
      }
      LOG.debug("Closed {} with {} segments", state.root(), state.segments().all().size());
    } catch (IOException | RuntimeException e) {
      // Everything acknowledged is in the journal; the next opening does the rest.
      LOG.warn("Closing {} left its checkpoint to the next opening", state.root(), e);
    }
    disk.shutdown();
    done.run();
  }
}
