package io.holdfast.postgres;

import io.holdfast.NotFoundException;
import io.holdfast.StorageException;
import io.holdfast.subscription.SubscriptionName;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * How far behind the durable subscriptions are that have members in this process, for whoever
 * watches the meters; nothing is asked while nobody does.
 */
final class ConsumerLag {

  private static final Logger LOG = LoggerFactory.getLogger(ConsumerLag.class);

  private static final Duration EVERY = Duration.ofSeconds(15);

  private final Meters meters;
  private final Function<SubscriptionName, Mono<Long>> lag;
  private final Map<SubscriptionName, AtomicLong> known = new ConcurrentHashMap<>();
  private final Disposable running;

  ConsumerLag(Meters meters, Function<SubscriptionName, Mono<Long>> lag) {
    this.meters = meters;
    this.lag = lag;
    this.running =
        Flux.interval(EVERY)
            .onBackpressureDrop()
            .concatMap(tick -> measure(), 1)
            .publish()
            .connect();
  }

  /** There is a member of {@code name} in this process. */
  void joined(SubscriptionName name) {
    known.computeIfAbsent(name, this::gauge);
  }

  private AtomicLong gauge(SubscriptionName name) {
    AtomicLong value = new AtomicLong();
    meters.consumerLag(name, value::get);
    return value;
  }

  /** One after the other, of those that are known. */
  Mono<Void> measure() {
    return Flux.fromIterable(known.entrySet())
        .filter(entry -> meters.isWatched())
        .concatMap(entry -> measure(entry.getKey(), entry.getValue()))
        .then();
  }

  private Mono<Void> measure(SubscriptionName name, AtomicLong value) {
    return lag.apply(name)
        .doOnNext(value::set)
        .then()
        .onErrorResume(NotFoundException.class, deleted -> Mono.fromRunnable(() -> value.set(0)))
        .onErrorResume(
            StorageException.class,
            error -> {
              LOG.warn("Could not measure the lag of {}: {}", name, error.getMessage());
              return Mono.empty();
            });
  }

  void close() {
    running.dispose();
  }
}
