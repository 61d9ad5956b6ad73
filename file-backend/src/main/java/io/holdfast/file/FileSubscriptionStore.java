package io.holdfast.file;

import io.holdfast.JobId;
import io.holdfast.NotFoundException;
import io.holdfast.Position;
import io.holdfast.event.EventJournal;
import io.holdfast.event.EventQuery;
import io.holdfast.subscription.HeldJob;
import io.holdfast.subscription.Slice;
import io.holdfast.subscription.Subscription;
import io.holdfast.subscription.SubscriptionName;
import io.holdfast.subscription.SubscriptionStore;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Subscriptions, a document each, and what operators do with them. */
final class FileSubscriptionStore extends FileSubscriptionLedger implements SubscriptionStore {

  private static final int LAG_MAX = 1_000_000;

  private final EventJournal events;

  FileSubscriptionStore(Scope scope, EventJournal events) {
    super(scope);
    this.events = events;
  }

  @Override
  public Mono<Subscription> find(SubscriptionName name) {
    Objects.requireNonNull(name, "name");
    return scope.read(
        view -> {
          Subscription there = SubscriptionDocuments.find(view, name);
          return there == null ? null : withMembers(view, there);
        });
  }

  private static Subscription withMembers(View view, Subscription there) throws IOException {
    return new Subscription(
        there.name(),
        there.version(),
        there.filter(),
        there.paused(),
        there.slices(),
        SubscriptionDocuments.roster(view, there).toMembers(),
        there.createdAt());
  }

  /** In one piece: subscriptions are few. */
  @Override
  public Flux<Subscription> list() {
    return scope.read(FileSubscriptionStore::all).flatMapIterable(all -> all);
  }

  static List<Subscription> all(View view) throws IOException {
    List<Subscription> all = new ArrayList<>();
    for (var entries = view.entries(Shelf.SUBSCRIPTIONS); entries.hasNext(); ) {
      Subscription there = view.find(Shelf.SUBSCRIPTIONS, entries.next().getKey());
      if (there != null) {
        all.add(withMembers(view, there));
      }
    }
    return all;
  }

  @Override
  public Mono<Long> lag(SubscriptionName name) {
    Objects.requireNonNull(name, "name");
    return get(name)
        .map(there -> EventQuery.forward(there.filter()).from(there.position()).limit(LAG_MAX))
        .flatMapMany(events::read)
        .count();
  }

  @Override
  public Mono<Void> pause(SubscriptionName name) {
    return setPaused(name, true);
  }

  @Override
  public Mono<Void> resume(SubscriptionName name) {
    return setPaused(name, false);
  }

  private Mono<Void> setPaused(SubscriptionName name, boolean paused) {
    Objects.requireNonNull(name, "name");
    return scope.write(
        edit -> {
          Subscription there = SubscriptionDocuments.get(edit, name);
          if (there.paused() != paused) {
            edit.put(
                Shelf.SUBSCRIPTIONS,
                SubscriptionDocuments.with(there, there.version() + 1, paused, there.slices()));
          }
          return null;
        });
  }

  @Override
  public Mono<Void> rewind(SubscriptionName name, Position position) {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(position, "position");
    return scope.write(
        edit -> {
          long number = FileEventJournal.number(position);
          Subscription there = SubscriptionDocuments.get(edit, name);
          List<Slice> slices =
              SubscriptionDocuments.renewed(edit, there.slices(), slice -> true).stream()
                  .map(slice -> slice.at(new Position(Long.toString(number))))
                  .toList();
          edit.put(
              Shelf.SUBSCRIPTIONS,
              SubscriptionDocuments.with(there, there.version() + 1, there.paused(), slices));
          return null;
        });
  }

  @Override
  public Mono<Void> release(SubscriptionName name, JobId job) {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(job, "job");
    return scope.write(
        edit -> {
          release(edit, name, job);
          return null;
        });
  }

  private static void release(Edit edit, SubscriptionName name, JobId job) throws IOException {
    HeldJob held = edit.find(Shelf.HELD_JOBS, heldKey(name, job));
    if (held == null) {
      throw new NotFoundException("Held job", name + "/" + job);
    }
    Instant now = edit.now();
    Instant changedAt = held.changedAt().isAfter(now) ? held.changedAt() : now;
    edit.put(Shelf.HELD_JOBS, new HeldJob(name, job, true, changedAt));
    Subscription there = SubscriptionDocuments.find(edit, name);
    if (there != null) {
      edit.put(
          Shelf.SUBSCRIPTIONS,
          SubscriptionDocuments.with(there, there.version() + 1, there.paused(), there.slices()));
    }
  }

  @Override
  public Mono<Void> delete(SubscriptionName name) {
    Objects.requireNonNull(name, "name");
    return scope.write(
        edit -> {
          DocumentKey key = SubscriptionDocuments.key(name);
          if (SubscriptionDocuments.find(edit, name) != null) {
            edit.delete(Shelf.SUBSCRIPTIONS, key);
          }
          if (edit.raw(Shelf.ROSTERS, key) != null) {
            edit.delete(Shelf.ROSTERS, key);
          }
          List<DocumentKey> held = new ArrayList<>();
          edit.entriesOf(Shelf.HELD_JOBS, name.value())
              .forEachRemaining(entry -> held.add(entry.getKey()));
          held.forEach(job -> edit.delete(Shelf.HELD_JOBS, job));
          return null;
        });
  }
}
