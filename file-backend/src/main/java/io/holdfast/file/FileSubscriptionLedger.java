package io.holdfast.file;

import io.holdfast.ConflictException;
import io.holdfast.JobId;
import io.holdfast.LockLostException;
import io.holdfast.subscription.HeldJob;
import io.holdfast.subscription.JoinRequest;
import io.holdfast.subscription.Membership;
import io.holdfast.subscription.Pulse;
import io.holdfast.subscription.Slice;
import io.holdfast.subscription.Subscription;
import io.holdfast.subscription.SubscriptionDefinition;
import io.holdfast.subscription.SubscriptionLedger;
import io.holdfast.subscription.SubscriptionName;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The members' side of subscriptions. All members are within the process that writes. */
class FileSubscriptionLedger implements SubscriptionLedger {

  final Scope scope;

  FileSubscriptionLedger(Scope scope) {
    this.scope = scope;
  }

  @Override
  public Mono<Void> create(SubscriptionDefinition definition) {
    Objects.requireNonNull(definition, "definition");
    return scope.write(
        edit -> {
          create(edit, definition);
          return null;
        });
  }

  private static void create(Edit edit, SubscriptionDefinition definition) throws IOException {
    SubscriptionName name = definition.name();
    Subscription there = SubscriptionDocuments.find(edit, name);
    if (there == null) {
      List<Slice> slices =
          IntStream.range(0, definition.slices())
              .mapToObj(number -> new Slice(number, 0, definition.start()))
              .toList();
      slices = SubscriptionDocuments.renewed(edit, slices, number -> true);
      edit.put(
          Shelf.SUBSCRIPTIONS,
          new Subscription(name, 1, definition.filter(), false, slices, List.of(), edit.now()));
    } else if (!there.filter().equals(definition.filter())
        || there.slices().size() != definition.slices()) {
      throw new ConflictException(
          "Subscription", name.value(), "the filter and slices given", "created with others");
    }
  }

  @Override
  public Mono<Membership> join(JoinRequest request) {
    Objects.requireNonNull(request, "request");
    return scope.write(edit -> join(edit, request));
  }

  private static Membership join(Edit edit, JoinRequest request) throws IOException {
    Subscription there = SubscriptionDocuments.get(edit, request.name());
    Roster roster = SubscriptionDocuments.roster(edit, there).with(request, edit.now());
    String me = request.member();
    List<String> before = roster.owners();
    List<String> owners = new ArrayList<>(before);
    int share = roster.share(me);
    for (int i = 0, kept = 0; i < owners.size(); i++) {
      if (owners.get(i).equals(me) && ++kept > share) {
        owners.set(i, "");
      }
    }
    int more = share - Collections.frequency(owners, me);
    for (int i = 0; i < owners.size() && more > 0; i++) {
      if (before.get(i).isEmpty()) {
        owners.set(i, me);
        more--;
      }
    }
    List<Slice> slices =
        SubscriptionDocuments.renewed(
            edit,
            there.slices(),
            number -> before.get(number).equals(me) || owners.get(number).equals(me));
    edit.put(Shelf.ROSTERS, roster.owned(owners));
    edit.put(
        Shelf.SUBSCRIPTIONS,
        SubscriptionDocuments.with(there, there.version(), there.paused(), slices));
    return new Membership(
        there.version(),
        there.paused(),
        slices.stream().filter(slice -> owners.get(slice.number()).equals(me)).toList());
  }

  /** Writes once a third of the lease is over; in between, this only looks. */
  @Override
  public Mono<Pulse> renew(JoinRequest request) {
    Objects.requireNonNull(request, "request");
    return scope
        .read(view -> isDue(view, request))
        .flatMap(due -> due ? scope.write(edit -> renewed(edit, request)) : Mono.just(true))
        .then(scope.read(view -> pulse(view, request)));
  }

  private static boolean isDue(View view, JoinRequest request) throws IOException {
    Subscription there = SubscriptionDocuments.get(view, request.name());
    Instant due = view.now().plus(request.leaseDuration().multipliedBy(2).dividedBy(3));
    return SubscriptionDocuments.roster(view, there).members().stream()
        .anyMatch(lease -> lease.member().equals(request.member()) && lease.until().isBefore(due));
  }

  private static boolean renewed(Edit edit, JoinRequest request) throws IOException {
    Roster roster =
        SubscriptionDocuments.roster(edit, SubscriptionDocuments.get(edit, request.name()));
    if (roster.has(request.member())) {
      edit.put(Shelf.ROSTERS, roster.with(request, edit.now()));
    }
    return true;
  }

  private static Pulse pulse(View view, JoinRequest request) throws IOException {
    Subscription there = SubscriptionDocuments.get(view, request.name());
    Roster roster = SubscriptionDocuments.roster(view, there);
    String me = request.member();
    if (!roster.has(me)) {
      return new Pulse(there.version(), true);
    }
    long own = roster.count(me);
    int share = roster.share(me);
    return new Pulse(there.version(), own > share || (own < share && roster.count("") > 0));
  }

  @Override
  public Mono<Void> advance(SubscriptionName name, List<Slice> slices) {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(slices, "slices");
    return scope.write(
        edit -> {
          advance(edit, name, slices);
          return null;
        });
  }

  private static void advance(Edit edit, SubscriptionName name, List<Slice> wanted)
      throws IOException {
    Subscription there = SubscriptionDocuments.find(edit, name);
    List<Slice> slices = new ArrayList<>(there == null ? List.of() : there.slices());
    boolean moved = false;
    for (Slice to : wanted) {
      Slice from = to.number() < slices.size() ? slices.get(to.number()) : null;
      if (from == null || from.token() != to.token()) {
        throw new LockLostException("Slice " + to.number() + " of " + name, to.token());
      }
      if (!from.position().covers(to.position())) {
        slices.set(to.number(), to);
        moved = true;
      }
    }
    if (there != null && moved) {
      edit.put(
          Shelf.SUBSCRIPTIONS,
          SubscriptionDocuments.with(there, there.version(), there.paused(), slices));
    }
  }

  @Override
  public Mono<Void> leave(SubscriptionName name, String member) {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(member, "member");
    return scope.write(
        edit -> {
          Subscription there = SubscriptionDocuments.find(edit, name);
          if (there != null) {
            leave(edit, there, member);
          }
          return null;
        });
  }

  private static void leave(Edit edit, Subscription there, String member) throws IOException {
    Roster roster = SubscriptionDocuments.roster(edit, there);
    if (!roster.has(member)) {
      return;
    }
    List<Slice> slices =
        SubscriptionDocuments.renewed(
            edit, there.slices(), number -> roster.owners().get(number).equals(member));
    edit.put(Shelf.ROSTERS, roster.left(member));
    edit.put(
        Shelf.SUBSCRIPTIONS,
        SubscriptionDocuments.with(there, there.version(), there.paused(), slices));
  }

  @Override
  public Mono<Void> hold(SubscriptionName name, JobId job) {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(job, "job");
    return scope.write(
        edit -> {
          HeldJob there = edit.find(Shelf.HELD_JOBS, heldKey(name, job));
          Instant now = edit.now();
          boolean isLater = there != null && there.changedAt().isAfter(now);
          Instant changedAt = there != null && isLater ? there.changedAt() : now;
          edit.put(Shelf.HELD_JOBS, new HeldJob(name, job, false, changedAt));
          return null;
        });
  }

  @Override
  public Mono<Void> unhold(SubscriptionName name, JobId job) {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(job, "job");
    return scope.write(
        edit -> {
          if (edit.raw(Shelf.HELD_JOBS, heldKey(name, job)) != null) {
            edit.delete(Shelf.HELD_JOBS, heldKey(name, job));
          }
          return null;
        });
  }

  static DocumentKey heldKey(SubscriptionName name, JobId job) {
    return new DocumentKey(name.value(), job.value());
  }

  @Override
  public Flux<HeldJob> held(SubscriptionName name) {
    Objects.requireNonNull(name, "name");
    return scope.pages(
        view ->
            new DocumentPages<HeldJob>(
                view,
                Shelf.HELD_JOBS,
                Keys.of(view.entriesOf(Shelf.HELD_JOBS, name.value()), (key, note) -> true),
                Long.MAX_VALUE,
                (key, json) -> view.decode(Shelf.HELD_JOBS, key, json)));
  }
}
