package io.holdfast.file;

import io.holdfast.ConflictException;
import io.holdfast.LockLostException;
import io.holdfast.Paging;
import io.holdfast.lock.Lease;
import io.holdfast.lock.LockName;
import io.holdfast.lock.LockRequest;
import io.holdfast.lock.LockState;
import io.holdfast.lock.LockStore;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Locks, a document each, never deleted, so that tokens only grow. */
final class FileLockStore implements LockStore {

  private static final Shelf<LockState> SHELF = Shelf.LOCKS;

  private final Scope scope;

  FileLockStore(Scope scope) {
    this.scope = scope;
  }

  @Override
  public Mono<Lease> tryAcquire(LockRequest request) {
    return scope.write(edit -> tryAcquire(edit, request));
  }

  private static Lease tryAcquire(Edit edit, LockRequest request) throws IOException {
    Instant now = edit.now();
    LockState there = find(edit, request.name());
    boolean held = there != null && there.isHeldAt(now);
    if (there != null && held && !request.owner().equals(there.owner())) {
      throw new ConflictException(
          "Lock",
          request.name().value(),
          "free",
          "held by " + there.owner() + " until " + there.expiresAt());
    }
    long token = there == null ? 1 : there.token() + (held ? 0 : 1);
    return grant(edit, request.name(), request.owner(), token, request.leaseDuration());
  }

  private static Lease grant(
      Edit edit, LockName name, String owner, long token, Duration leaseDuration) {
    Instant expiresAt = edit.now().plus(leaseDuration);
    LockState state = edit.put(SHELF, new LockState(name, token, owner, expiresAt));
    return new Lease(name, owner, token, leaseDuration, state.expiresAt());
  }

  @Override
  public Mono<Lease> renew(Lease lease) {
    return scope.write(edit -> renew(edit, lease));
  }

  private static Lease renew(Edit edit, Lease lease) throws IOException {
    LockState there = find(edit, lease.name());
    if (there == null || !isOf(there, lease) || !there.isHeldAt(edit.now())) {
      throw lost(lease);
    }
    return grant(edit, lease.name(), lease.owner(), lease.token(), lease.leaseDuration());
  }

  /** Fails unless {@code lease} has the newest token of its name and was not released. */
  static void requireNewest(View view, Lease lease) throws IOException {
    if (!isOf(find(view, lease.name()), lease)) {
      throw lost(lease);
    }
  }

  private static boolean isOf(@Nullable LockState there, Lease lease) {
    return there != null && there.token() == lease.token() && lease.owner().equals(there.owner());
  }

  private static LockLostException lost(Lease lease) {
    return new LockLostException(lease.name().value(), lease.token());
  }

  @Override
  public Mono<Void> release(Lease lease) {
    return scope.write(
        edit -> {
          LockState there = find(edit, lease.name());
          if (there != null && isOf(there, lease)) {
            free(edit, there);
          }
          return null;
        });
  }

  @Override
  public Mono<Void> forceRelease(LockName name) {
    return scope.write(
        edit -> {
          LockState there = find(edit, name);
          if (there != null && there.owner() != null) {
            free(edit, there);
          }
          return null;
        });
  }

  private static void free(Edit edit, LockState there) {
    Instant now = edit.now();
    Instant end = there.expiresAt().isBefore(now) ? there.expiresAt() : now;
    edit.put(SHELF, new LockState(there.name(), there.token(), null, end));
  }

  @Override
  public Mono<LockState> find(LockName name) {
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
}
