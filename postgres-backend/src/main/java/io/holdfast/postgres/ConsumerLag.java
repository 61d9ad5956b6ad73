package io.holdfast.postgres;

import io.holdfast.StorageException;
import io.holdfast.subscription.SubscriptionName;
import io.micrometer.core.instrument.Meter;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
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
final class ConsumerLag implements PostgresSubscriptionStore.Members {

  private static final Logger LOG = LoggerFactory.getLogger(ConsumerLag.class);

  private static final Duration EVERY = Duration.ofSeconds(15);

  private final Meters meters;
  private final Function<SubscriptionName, Mono<Long>> lag;
  private final Map<SubscriptionName, Known> known = new ConcurrentHashMap<>();
  private final Disposable running;

  /** A subscription with members here, and what is shown of it. */
  private record Known(Set<String> members, AtomicLong lag, Meter gauge) {

    /** With one more. */
    Known with(String member) {
      Set<String> more = new HashSet<>(members);
      more.add(member);
      return new Known(more, lag, gauge);
    }

    /** With one less. */
    Known without(String member) {
      Set<String> less = new HashSet<>(members);
      less.remove(member);
      return new Known(less, lag, gauge);
    }
  }

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

  @Override
  public void joined(SubscriptionName name, String member) {
    known.compute(name, (key, there) -> (there == null ? shown(name) : there).with(member));
  }

  /** Nothing is asked or shown any more once the last one has left. */
  @Override
  public void left(SubscriptionName name, String member) {
    known.computeIfPresent(
        name,
        (key, there) -> {
          Known rest = there.without(member);
          if (!rest.members().isEmpty()) {
            return rest;
          }
          meters.remove(there.gauge());
          return null;
        });
  }

  private Known shown(SubscriptionName name) {
    AtomicLong value = new AtomicLong();
    return new Known(Set.of(), value, meters.consumerLag(name, value::get));
  }

  /** One after the other, of those that are known. */
  Mono<Void> measure() {
    return Flux.fromIterable(known.entrySet())
        .filter(entry -> meters.isWatched())
        .concatMap(entry -> measure(entry.getKey(), entry.getValue().lag()))
        .then();
  }

  private Mono<Void> measure(SubscriptionName name, AtomicLong value) {
    return lag.apply(name)
        .doOnNext(value::set)
        .then()
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
