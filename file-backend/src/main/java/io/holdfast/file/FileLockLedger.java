package io.holdfast.file;

import io.holdfast.LockLostException;
import io.holdfast.Paging;
import io.holdfast.lock.Attempt;
import io.holdfast.lock.Lease;
import io.holdfast.lock.LeaseDuration;
import io.holdfast.lock.LockHolder;
import io.holdfast.lock.LockLedger;
import io.holdfast.lock.LockName;
import io.holdfast.lock.LockRequest;
import io.holdfast.lock.LockState;
import io.holdfast.lock.WaitingLine;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Locks, a document each, never deleted, so that tokens only grow. */
final class FileLockLedger implements LockLedger {

  private static final Shelf<LockState> SHELF = Shelf.LOCKS;

  private final Scope scope;
  private final WaitingLine line;
  private final Consumer<LockName> freed;

  /** {@code freed} is told what is free, which counts once it is written. */
  FileLockLedger(Scope scope, WaitingLine line, Consumer<LockName> freed) {
    this.scope = scope;
    this.line = line;
    this.freed = freed;
  }

  @Override
  public Mono<Lease> tryAcquire(LockRequest request) {
    Objects.requireNonNull(request, "request");
    return attempt(request, false).map(attempt -> attempt.required(request.name()));
  }

  /** Tries to take the lock; {@code waiting} for the first of those that wait. */
  Mono<Attempt> attempt(LockRequest request, boolean waiting) {
    return scope
        .<Attempt>write(edit -> attempt(edit, request, waiting))
        .doOnNext(attempt -> tellNext(request, attempt));
  }

  /** Where several fit, the next may fit too. */
  private void tellNext(LockRequest request, Attempt attempt) {
    if (attempt instanceof Attempt.Taken && request.holdersMax() > 1) {
      freed.accept(request.name());
    }
  }

  private Attempt attempt(Edit edit, LockRequest request, boolean waiting) throws IOException {
    LockState there = find(edit, request.name());
    List<LockHolder> holders = there == null ? List.of() : there.holdersAt(edit.now());
    LockHolder own = ownOf(holders, request);
    if (own != null && own.holdersMax() == request.holdersMax()) {
      return new Attempt.Taken(grant(edit, request, Objects.requireNonNull(there), own), true);
    }
    if (own != null || !fits(holders, request)) {
      return refused(holders, edit.now());
    }
    if (!waiting && line.isAwaited(request.name())) {
      return new Attempt.Refused("free, but others have waited longer", WaitingLine.TURN);
    }
    return new Attempt.Taken(grant(edit, request, there), false);
  }

  private static @Nullable LockHolder ownOf(List<LockHolder> holders, LockRequest request) {
    return holders.stream()
        .filter(holder -> holder.owner().equals(request.owner()))
        .findFirst()
        .orElse(null);
  }

  private static boolean fits(List<LockHolder> holders, LockRequest request) {
    int most = holders.stream().mapToInt(LockHolder::holdersMax).min().orElse(request.holdersMax());
    return holders.size() < Math.min(most, request.holdersMax());
  }

  private static Attempt refused(List<LockHolder> holders, Instant now) {
    LockHolder first =
        holders.stream().min(Comparator.comparing(LockHolder::expiresAt)).orElseThrow();
    return new Attempt.Refused(
        "held by " + first.owner() + " until " + first.expiresAt(),
        Duration.between(now, first.expiresAt()));
  }

  /** Again, under the token that the owner has. */
  private static Lease grant(Edit edit, LockRequest request, LockState there, LockHolder own) {
    Instant end = edit.now().plus(request.leaseDuration());
    put(
        edit,
        there,
        replaced(
            there.holders(),
            own,
            new LockHolder(own.owner(), own.token(), end, own.holdersMax(), request.metadata())));
    return lease(request, own.token(), end);
  }

  /** Under a new token; those whose lease has ended are gone. */
  private static Lease grant(Edit edit, LockRequest request, @Nullable LockState there) {
    Instant now = edit.now();
    Instant end = now.plus(request.leaseDuration());
    long token = there == null ? 1 : there.token() + 1;
    List<LockHolder> holders = new ArrayList<>(there == null ? List.of() : there.holdersAt(now));
    holders.add(
        new LockHolder(request.owner(), token, end, request.holdersMax(), request.metadata()));
    put(edit, new LockState(request.name(), token, end, holders), holders);
    return lease(request, token, end);
  }

  private static Lease lease(LockRequest request, long token, Instant end) {
    return new Lease(request.name(), request.owner(), token, request.leaseDuration(), end);
  }

  private static List<LockHolder> replaced(
      List<LockHolder> holders, LockHolder old, LockHolder changed) {
    return holders.stream().map(holder -> holder.equals(old) ? changed : holder).toList();
  }

  /** The lock as it is with these holders; it ends with the last of them. */
  private static void put(Edit edit, LockState there, List<LockHolder> holders) {
    Instant end =
        holders.stream()
            .map(LockHolder::expiresAt)
            .max(Comparator.naturalOrder())
            .orElseGet(() -> earlier(there.expiresAt(), edit.now()));
    edit.put(SHELF, new LockState(there.name(), there.token(), end, holders));
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  @Override
  public Mono<Lease> extend(Lease lease, Duration duration) {
    Objects.requireNonNull(lease, "lease");
    LeaseDuration.check(duration);
    return scope.write(edit -> extend(edit, lease, duration));
  }

  private static Lease extend(Edit edit, Lease lease, Duration duration) throws IOException {
    LockState there = find(edit, lease.name());
    LockHolder held = holderOf(there, lease);
    if (there == null || held == null || !held.expiresAt().isAfter(edit.now())) {
      throw lost(lease);
    }
    Instant end = edit.now().plus(duration);
    put(
        edit,
        there,
        replaced(
            there.holders(),
            held,
            new LockHolder(held.owner(), held.token(), end, held.holdersMax(), held.metadata())));
    return new Lease(lease.name(), lease.owner(), lease.token(), duration, end);
  }

  /** Fails unless {@code lease} was neither released nor taken over. */
  static void requireHeld(View view, Lease lease) throws IOException {
    if (holderOf(find(view, lease.name()), lease) == null) {
      throw lost(lease);
    }
  }

  private static @Nullable LockHolder holderOf(@Nullable LockState there, Lease lease) {
    return there == null
        ? null
        : there.holders().stream()
            .filter(holder -> holder.token() == lease.token())
            .filter(holder -> holder.owner().equals(lease.owner()))
            .findFirst()
            .orElse(null);
  }

  private static LockLostException lost(Lease lease) {
    return new LockLostException(lease.name().value(), lease.token());
  }

  @Override
  public Mono<Void> release(Lease lease) {
    Objects.requireNonNull(lease, "lease");
    return freeing(lease.name(), edit -> release(edit, lease));
  }

  private static boolean release(Edit edit, Lease lease) throws IOException {
    LockState there = find(edit, lease.name());
    LockHolder held = holderOf(there, lease);
    if (there == null || held == null) {
      return false;
    }
    put(edit, there, there.holders().stream().filter(holder -> !holder.equals(held)).toList());
    return true;
  }

  @Override
  public Mono<Void> forceRelease(LockName name) {
    Objects.requireNonNull(name, "name");
    return freeing(name, edit -> forceRelease(edit, name));
  }

  private static boolean forceRelease(Edit edit, LockName name) throws IOException {
    LockState there = find(edit, name);
    if (there == null || there.holders().isEmpty()) {
      return false;
    }
    put(edit, there, List.of());
    return true;
  }

  private Mono<Void> freeing(LockName name, Decision<Boolean> change) {
    return scope
        .write(change)
        .doOnNext(
            changed -> {
              if (changed) {
                freed.accept(name);
              }
            })
        .then();
  }

  @Override
  public Mono<LockState> find(LockName name) {
    Objects.requireNonNull(name, "name");
    return scope.read(view -> find(view, name));
  }

  private static @Nullable LockState find(View view, LockName name) throws IOException {
    return view.find(SHELF, DocumentKey.of(name.value()));
  }

  @Override
  public Flux<LockState> list(int limit) {
    Paging.check(limit);
    return scope.pages(view -> held(view, limit));
  }

  private static PageSource<LockState> held(View view, int limit) {
    Instant now = view.now();
    return new DocumentPages<>(
        view,
        SHELF,
        Keys.of(
            view.entries(SHELF), (key, note) -> note.state() == 1 && note.due() > Note.micros(now)),
        limit,
        (key, json) -> {
          LockState lock = view.decode(SHELF, key, json);
          return lock.isHeldAt(now) ? lock : null;
        });
  }

  /** Transactions run one after the other. */
  @Override
  public Mono<Void> enter(LockName name) {
    Objects.requireNonNull(name, "name");
    return scope.read(view -> null);
  }
}
