package io.holdfast.subscription;

import io.holdfast.ConflictException;
import io.holdfast.InvalidInputException;
import io.holdfast.JobId;
import io.holdfast.NotFoundException;
import io.holdfast.Position;
import io.holdfast.StorageTime;
import io.holdfast.UnavailableException;
import io.holdfast.UnifiedStorage;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventQuery;
import io.holdfast.event.RecordedEvent;
import io.holdfast.event.StartFrom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.function.Tuple3;

/**
 * A named subscription whose progress the storage keeps. Members, in any number of threads and
 * processes, share its jobs; a member that dies is replaced.
 */
public final class DurableSubscription {

  private static final Duration FIRST_LOOK = Duration.ofMillis(5);
  private static final Duration LAST_LOOK = Duration.ofMillis(250);
  private static final int DOUBLINGS = 6;

  private final UnifiedStorage storage;
  private final SubscriptionName name;

  /** The subscription {@code name} of {@code storage}, whether or not it has been created. */
  public DurableSubscription(UnifiedStorage storage, SubscriptionName name) {
    this.storage = Objects.requireNonNull(storage, "storage");
    this.name = Objects.requireNonNull(name, "name");
  }

  /**
   * Joins the subscription as a new member, which is created if it is not there, and handles the
   * events of this member's share of the jobs, first those that are there, then each new one. Never
   * completes. Each subscription to the {@code Mono} is another member.
   *
   * <p>The position is stored after each batch of events. An event whose handler fails is tried
   * again as the options say, and then goes to the dead letters of its job, with the progress past
   * it in one transaction. Cancelling cancels the handlers that are under way, rolls back what is
   * transactional, and leaves the subscription to the other members.
   *
   * <p>Waits out a storage that is unavailable. Fails with {@link UnavailableException} when the
   * storage is closed, with {@link ConflictException} if the subscription has another filter or
   * number of slices, and with {@link NotFoundException} once it is deleted.
   */
  public Mono<Void> consume(EventFilter filter, ConsumeOptions options, EventHandler handler) {
    Objects.requireNonNull(filter, "filter");
    Objects.requireNonNull(options, "options");
    Objects.requireNonNull(handler, "handler");
    return Mono.defer(() -> new Consumer(storage, name, filter, options, handler).run());
  }

  /**
   * Completes once every matching event up to {@code position} has been handled, or is with the
   * dead letters. Looks at the stored progress, after 5 ms and then less and less often, at least
   * four times a second; where the filter leaves most events out, progress may follow the log a
   * second later. Waits for ever if nobody works on the subscription, also before it is created:
   * put a time-out on it.
   */
  public Mono<Void> awaitProcessed(Position position) {
    Objects.requireNonNull(position, "position");
    return Mono.defer(() -> storage.subscriptions().find(name))
        .filter(subscription -> subscription.position().covers(position))
        .repeatWhenEmpty(looks -> looks.concatMap(look -> Mono.delay(pause(look)), 1))
        .then();
  }

  private static Duration pause(long look) {
    Duration doubled = FIRST_LOOK.multipliedBy(1L << Math.min(look, DOUBLINGS));
    return doubled.compareTo(LAST_LOOK) < 0 ? doubled : LAST_LOOK;
  }

  /**
   * The subscription and its lag, which is unknown where only the counting fails. Fails with {@link
   * NotFoundException} if there is none.
   *
   * @return never empty
   */
  public Mono<SubscriptionStatus> status() {
    SubscriptionStore store = storage.subscriptions();
    return Mono.zip(store.get(name), head(storage), store.held(name).collectList())
        .flatMap(
            parts ->
                store
                    .lag(name)
                    .map(lag -> status(parts, lag))
                    .onErrorResume(
                        DurableSubscription::isUncounted,
                        error -> Mono.fromCallable(() -> status(parts, null))));
  }

  private static SubscriptionStatus status(
      Tuple3<Subscription, Position, List<HeldJob>> parts, @Nullable Long lag) {
    return new SubscriptionStatus(parts.getT1(), parts.getT2(), lag, parts.getT3());
  }

  /** The subscription was there just before; what is not found is an archive. */
  private static boolean isUncounted(Throwable error) {
    return error instanceof UnavailableException || error instanceof NotFoundException;
  }

  /** As {@link SubscriptionStore#pause}. */
  public Mono<Void> pause() {
    return storage.subscriptions().pause(name);
  }

  /** As {@link SubscriptionStore#resume}. */
  public Mono<Void> resume() {
    return storage.subscriptions().resume(name);
  }

  /**
   * Goes on from {@code from}, back or forth: events behind it are handled, again if need be. What
   * is under way cannot move the progress any more. Fails with {@link NotFoundException} if there
   * is no such subscription, and with {@link InvalidInputException} if the position is of another
   * store.
   */
  public Mono<Void> rewind(StartFrom from) {
    Objects.requireNonNull(from, "from");
    return resolve(storage, from)
        .flatMap(position -> storage.subscriptions().rewind(name, position));
  }

  /**
   * Goes on with the first event, by position, that happened at {@code time} or later; with the
   * next one that is appended if there is none. Otherwise as {@link #rewind(StartFrom)}.
   */
  public Mono<Void> rewind(Instant time) {
    return before(StorageTime.check("time to rewind to", time))
        .flatMap(position -> storage.subscriptions().rewind(name, position));
  }

  private Mono<Position> before(Instant time) {
    EventQuery since = EventQuery.forward(EventFilter.all().within(time, null)).limit(1);
    return head(storage)
        .flatMap(
            head ->
                storage
                    .events()
                    .read(since)
                    .next()
                    .flatMap(first -> last(EventQuery.backward(EventFilter.all()), first))
                    .defaultIfEmpty(head));
  }

  private Mono<Position> last(EventQuery backward, RecordedEvent first) {
    return storage
        .events()
        .read(backward.from(first.position()).limit(1))
        .next()
        .map(RecordedEvent::position)
        .defaultIfEmpty(Position.BEGINNING);
  }

  /** As {@link SubscriptionStore#release}. */
  public Mono<Void> release(JobId job) {
    return storage.subscriptions().release(name, job);
  }

  /** As {@link SubscriptionStore#delete}. */
  public Mono<Void> delete() {
    return storage.subscriptions().delete(name);
  }

  /** The position of the last event of the log; the beginning if there is none. */
  static Mono<Position> head(UnifiedStorage storage) {
    return storage
        .events()
        .read(EventQuery.backward(EventFilter.all()).limit(1))
        .next()
        .map(RecordedEvent::position)
        .defaultIfEmpty(Position.BEGINNING);
  }

  static Mono<Position> resolve(UnifiedStorage storage, StartFrom from) {
    return from instanceof StartFrom.After after ? Mono.just(after.position()) : head(storage);
  }
}
