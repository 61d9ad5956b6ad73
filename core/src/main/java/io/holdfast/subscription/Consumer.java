package io.holdfast.subscription;

import io.holdfast.LockLostException;
import io.holdfast.Names;
import io.holdfast.UnavailableException;
import io.holdfast.UnifiedStorage;
import io.holdfast.event.EventFilter;
import io.holdfast.event.StartFrom;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/** One member of a subscription: joins, works for a term, joins again, and leaves at the end. */
final class Consumer {

  private static final Logger LOG = LoggerFactory.getLogger(Consumer.class);

  private static final Duration RETRY_FIRST = Duration.ofMillis(100);
  private static final Duration RETRY_LAST = Duration.ofSeconds(5);
  private static final Duration CLOSED_SHOWS_WITHIN = Duration.ofMillis(100);

  private final UnifiedStorage storage;
  private final EventFilter filter;
  private final ConsumeOptions options;
  private final EventHandler handler;
  private final JoinRequest request;
  private final BrokenEvents broken = new BrokenEvents();

  Consumer(
      UnifiedStorage storage,
      SubscriptionName name,
      EventFilter filter,
      ConsumeOptions options,
      EventHandler handler) {
    this.storage = storage;
    this.filter = filter;
    this.options = options;
    this.handler = handler;
    String member = "pid-" + ProcessHandle.current().pid() + "-" + Names.unique();
    this.request = new JoinRequest(name, member, options.leaseDuration());
  }

  Mono<Void> run() {
    return Mono.usingWhen(
            Mono.just(request),
            joining -> patiently(create()).thenMany(patiently(term()).repeat()).then(),
            this::leave,
            (joined, error) -> leave(joined),
            this::leave)
        .onErrorMap(StorageClosed.class, StorageClosed::reason);
  }

  private Mono<Void> create() {
    return DurableSubscription.resolve(storage, options.start())
        .map(start -> new SubscriptionDefinition(request.name(), filter, options.slices(), start))
        .flatMap(definition -> storage.subscriptions().create(definition));
  }

  /** From joining to the first change of what there is to do. */
  private Mono<Void> term() {
    return Mono.defer(() -> storage.subscriptions().join(request))
        .switchIfEmpty(Mono.error(() -> new IllegalStateException("join promises a membership")))
        .flatMap(
            membership ->
                storage
                    .subscriptions()
                    .held(request.name())
                    .collectList()
                    .map(held -> term(membership, held)))
        .flatMap(term -> term.run(handler))
        .onErrorResume(LockLostException.class, this::replaced);
  }

  private Term term(Membership membership, List<HeldJob> held) {
    return new Term(storage, filter, options, request, membership, held, broken);
  }

  /** Whatever was under way has not been written, and is not ours to do any more. */
  private Mono<Void> replaced(LockLostException lost) {
    LOG.info("Member {} was replaced, and joins again: {}", request.member(), lost.getMessage());
    return Mono.empty();
  }

  /** Waits for a storage that is away, but not for one that is closed. */
  private Mono<Void> patiently(Mono<Void> work) {
    return work.onErrorResume(
            UnavailableException.class, unavailable -> requireOpen().then(Mono.error(unavailable)))
        .retryWhen(
            Retry.backoff(Long.MAX_VALUE, RETRY_FIRST)
                .maxBackoff(RETRY_LAST)
                .filter(UnavailableException.class::isInstance)
                .doBeforeRetry(
                    signal ->
                        LOG.warn(
                            "A durable subscription waits: {}", signal.failure().getMessage())));
  }

  /** A subscription waits out everything but a storage that is closed, or refuses to be read. */
  private Mono<Void> requireOpen() {
    return storage
        .events()
        .subscribe(filter, StartFrom.now())
        .take(CLOSED_SHOWS_WITHIN)
        .then()
        .onErrorMap(UnavailableException.class, StorageClosed::new);
  }

  /** If this does not reach the storage, the lease ends by itself. */
  private Mono<Void> leave(JoinRequest joined) {
    return storage
        .subscriptions()
        .leave(joined.name(), joined.member())
        .onErrorResume(
            error -> {
              LOG.warn("Member {} left without a word: {}", joined.member(), error.getMessage());
              return Mono.empty();
            });
  }

  /** Tells the end of the storage from its being away. */
  private static final class StorageClosed extends RuntimeException {

    private static final long serialVersionUID = 1L;

    StorageClosed(Throwable reason) {
      super("The storage is closed", reason, false, false);
    }

    Throwable reason() {
      Throwable reason = getCause();
      return reason == null ? this : reason;
    }
  }
}
