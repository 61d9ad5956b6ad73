package io.holdfast.file;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.holdfast.UnavailableException;
import io.holdfast.transfer.Moved;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The engine of a process that only reads; takes no lock and sees what is in the files. */
final class Reader implements Engine, Scope {

  private static final Duration POLL = Duration.ofMillis(200);

  private final Disk disk;
  private final State state;
  private final Follower follower;
  private final Flux<Long> tips;
  private final Flux<Duration> sessions;

  private Reader(Disk disk, State state, Follower follower) {
    this.disk = disk;
    this.state = state;
    this.follower = follower;
    this.tips =
        Flux.interval(Duration.ZERO, POLL)
            .onBackpressureDrop()
            .concatMap(tick -> disk.run(this::refreshed), 1)
            .distinctUntilChanged()
            .replay(1)
            .refCount();
    this.sessions = new SessionPoll(disk, state, follower).rounds().publish().refCount();
  }

  static Reader open(Disk disk, State state) throws IOException {
    if (!Format.isIn(state.root())) {
      throw new UnavailableException("There is no storage to read in " + state.root());
    }
    Format.requireKnown(state.root());
    Follower follower = new Follower(state);
    follower.begin();
    return new Reader(disk, state, follower);
  }

  @CanIgnoreReturnValue
  private long refreshed() throws IOException {
    disk.requireOpen();
    return follower.refreshEvents();
  }

  @Override
  public Scope scope() {
    return this;
  }

  @Override
  public State state() {
    return state;
  }

  @Override
  public <T> Mono<T> hearing() {
    return sessions.ignoreElements().then(Mono.never());
  }

  @Override
  public Flux<Long> tips() {
    return tips;
  }

  @Override
  public <T> Mono<T> read(Look<T> look) {
    return disk.run(
        () -> {
          refreshed();
          return look.at(new FollowingView(state, follower));
        });
  }

  @Override
  public <T> Flux<T> pages(Function<View, PageSource<T>> look) {
    return disk.pages(
        () -> {
          refreshed();
          return look.apply(new FollowingView(state, follower));
        });
  }

  @Override
  public <T> Mono<T> write(Decision<T> decide) {
    return refusal();
  }

  @Override
  public <T> Mono<T> inTransaction(Function<Transaction, Mono<T>> work) {
    return refusal();
  }

  @Override
  public <T> Mono<T> alone(Work<T> work) {
    return refusal();
  }

  @Override
  public <T> Mono<T> settled(Work<T> work) {
    return refusal();
  }

  /** Who is told that it is open to read only, could open it to write; unless it has moved. */
  private <T> Mono<T> refusal() {
    return disk.run(
        () -> {
          disk.requireOpen();
          Format.read(state.root()).requireHere(state.root());
          throw new UnavailableException("The storage in " + state.root() + " is open read-only");
        });
  }

  @Override
  public Mono<Moved> moveTo(Moved moved) {
    return disk.complete(
        () -> {
          disk.requireOpen();
          Moved noted = Format.noted(state.root(), moved);
          if (noted == null) {
            throw new UnavailableException("The storage in " + state.root() + " is open read-only");
          }
          return noted;
        });
  }

  /** Becomes the one process that writes for as long as that takes. */
  @Override
  public Mono<Moved> takeBack() {
    return disk.complete(
        () -> {
          disk.requireOpen();
          DirectoryLock lock = DirectoryLock.take(state.root());
          try {
            return Format.takeBack(state.root());
          } finally {
            lock.close();
          }
        });
  }

  @Override
  public List<String> problems() throws IOException {
    List<Long> journals = Journal.numbers(state.root());
    for (long number : journals) {
      Path file = Journal.file(state.root(), number);
      if (holdsCommits(file) && !DirectoryLock.isTaken(state.root()) && holdsCommits(file)) {
        return List.of(
            "No process writes here, and "
                + file
                + " may hold what is not in the other files yet; open it for writing once");
      }
    }
    return List.of();
  }

  private static boolean holdsCommits(Path file) throws IOException {
    try {
      return Files.size(file) > 0;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  @Override
  public Map<String, String> facts() {
    return Map.of("access", "read only");
  }

  @Override
  public void close(Runnable done) {
    disk.close();
    disk.shutdown();
    done.run();
  }
}
