package io.holdfast.benchmarks;

import io.holdfast.Holdfast;
import io.holdfast.JobId;
import io.holdfast.UnifiedStorage;
import io.holdfast.event.Event;
import io.holdfast.event.EventFilter;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.JobEvent;
import io.holdfast.event.RecordedEvent;
import io.holdfast.event.StartFrom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * How long from the call of append until a subscriber has the event, with few and with many
 * subscribers, and what do subscriptions cost the appends? Beside it, the same with NOTIFY inside
 * the transaction that inserts.
 */
final class SubscribeScenario implements Scenario {

  private static final List<Integer> RATES = List.of(1_000, 10_000);
  private static final List<Integer> SUBSCRIBERS = List.of(1, 100, 1_000);
  private static final int CALLERS = 256;
  private static final int ROUNDS = 5;
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration WARM_UP = Duration.ofSeconds(3);

  private final List<Metric> metrics = new ArrayList<>();

  @Override
  public String name() {
    return "subscribe";
  }

  @Override
  public List<Metric> run(Server server, boolean quick) throws Exception {
    Duration measured = quick ? Duration.ofSeconds(4) : Duration.ofSeconds(20);
    // The compiler has a processor of its own in production, and half of one here.
    double unused = closedLoop(server, "warm_up", true, quick ? WARM_UP : Duration.ofSeconds(20));
    for (int rate : RATES) {
      for (int subscribers : SUBSCRIBERS) {
        latency(server, rate, subscribers, measured);
      }
      peerLatency(server, rate, measured);
    }
    cost(server, quick ? Duration.ofSeconds(3) : Duration.ofSeconds(6));
    return List.copyOf(metrics);
  }

  private void latency(Server server, int rate, int subscribers, Duration measured)
      throws Exception {
    String schema = "live_" + rate + "_" + subscribers;
    UnifiedStorage storage = open(server, schema);
    Pacer pacer = Pacer.of(rate);
    LatencyProbe probe = new LatencyProbe(pacer, (int) (rate * WARM_UP.toSeconds()));
    LatencyProbe acknowledged = new LatencyProbe(pacer, (int) (rate * WARM_UP.toSeconds()));
    try (Subscribers ours = new Subscribers()) {
      for (int n = 0; n < subscribers; n++) {
        EventFilter filter = subscribers == 1 ? EventFilter.all() : jobs(n, subscribers);
        ours.add(storage.events().subscribe(filter, StartFrom.beginning()), probe);
      }
      Instant at = Instant.now();
      int sent = pacer.run(measured.plus(WARM_UP), n -> ours.append(storage, n, at, acknowledged));
      int missing = probe.missingOf(sent);
      ours.requireNoFailure();
      String variant =
          rate + "_per_s_" + subscribers + (subscribers == 1 ? "_subscriber" : "_subscribers");
      // How much of it was the append itself.
      metrics.add(
          new Metric(
              name(), "p50_ms_" + variant + "_acknowledged", acknowledged.percentile(50), "ms"));
      report(probe, variant, missing);
      System.err.printf(
          "    acknowledged: p50 %.2f, p99 %.2f ms%n",
          acknowledged.percentile(50), acknowledged.percentile(99));
    }
    storage.close().block(PATIENCE);
    server.execute("DROP SCHEMA " + schema + " CASCADE");
  }

  /** The jobs of one of so many subscribers: all jobs are wanted by exactly one. */
  private static EventFilter jobs(int subscriber, int subscribers) {
    Set<JobId> own = new HashSet<>();
    for (int n = subscriber; n < SampleEvents.JOBS; n += subscribers) {
      own.add(SampleEvents.job(n));
    }
    return EventFilter.all().withJobs(own);
  }

  private void peerLatency(Server server, int rate, Duration measured) throws Exception {
    try (NotifyInTransaction peer = new NotifyInTransaction(server, true)) {
      Pacer pacer = Pacer.of(rate);
      LatencyProbe probe = new LatencyProbe(pacer, (int) (rate * WARM_UP.toSeconds()));
      peer.listen(probe::arrived);
      Instant at = Instant.now();
      int sent = pacer.run(measured.plus(WARM_UP), n -> peer.insert(n, SampleEvents.event(n, at)));
      int missing = probe.missingOf(sent);
      report(probe, rate + "_per_s_notify_in_transaction", missing);
    }
  }

  private void report(LatencyProbe probe, String variant, int missing) {
    metrics.add(new Metric(name(), "p50_ms_" + variant, probe.percentile(50), "ms"));
    metrics.add(new Metric(name(), "p99_ms_" + variant, probe.percentile(99), "ms"));
    metrics.add(new Metric(name(), "p999_ms_" + variant, probe.percentile(99.9), "ms"));
    System.err.printf(
        "  %s: p50 %.2f, p99 %.2f, p999 %.2f ms, %d missing%n",
        variant, probe.percentile(50), probe.percentile(99), probe.percentile(99.9), missing);
  }

  /** Closed loops, in turn with and without a subscriber to everything; the first warms up. */
  private void cost(Server server, Duration measured) throws Exception {
    List<Double> without = new ArrayList<>();
    List<Double> with = new ArrayList<>();
    List<Double> peerWithout = new ArrayList<>();
    List<Double> peerWith = new ArrayList<>();
    for (int round = 0; round <= ROUNDS; round++) {
      double[] rates = {
        closedLoop(server, "cost_" + round + "_without", false, measured),
        closedLoop(server, "cost_" + round + "_with", true, measured),
        peerRate(server, false, measured),
        peerRate(server, true, measured)
      };
      System.err.printf(
          "  round %d: %,.0f events/s, with a subscriber %,.0f; peer %,.0f, with NOTIFY %,.0f%n",
          round, rates[0], rates[1], rates[2], rates[3]);
      if (round > 0) {
        without.add(rates[0]);
        with.add(rates[1]);
        peerWithout.add(rates[2]);
        peerWith.add(rates[3]);
      }
    }
    rate("events_per_second", median(without));
    rate("events_per_second_1_subscriber", median(with));
    metrics.add(
        new Metric(name(), "cost_of_subscription", 1 - median(with) / median(without), "ratio"));
    rate("events_per_second_peer", median(peerWithout));
    rate("events_per_second_notify_in_transaction", median(peerWith));
    metrics.add(
        new Metric(
            name(),
            "cost_of_notify_in_transaction",
            1 - median(peerWith) / median(peerWithout),
            "ratio"));
  }

  private void rate(String metric, double value) {
    metrics.add(new Metric(name(), metric, value, "events/s"));
  }

  private static double closedLoop(
      Server server, String schema, boolean isFollowed, Duration measured) throws Exception {
    UnifiedStorage storage = open(server, schema);
    AtomicReference<Throwable> lost = new AtomicReference<>();
    Disposable follower =
        isFollowed
            ? storage
                .events()
                .subscribe(EventFilter.all(), StartFrom.beginning())
                .subscribe(event -> {}, lost::set)
            : Disposables.disposed();
    Instant at = Instant.now();
    long end = System.nanoTime() + measured.toNanos();
    long appended =
        Objects.requireNonNull(
            Flux.<Integer, Integer>generate(
                    () -> 0,
                    (n, sink) -> {
                      if (System.nanoTime() < end) {
                        sink.next(n);
                      } else {
                        sink.complete();
                      }
                      return n + 1;
                    })
                .flatMap(n -> append(storage, SampleEvents.event(n, at)), CALLERS)
                .count()
                .block(PATIENCE));
    double rate = appended / (measured.toNanos() / 1e9);
    follower.dispose();
    if (lost.get() != null) {
      throw new IllegalStateException("The subscription failed", lost.get());
    }
    storage.close().block(PATIENCE);
    server.execute("DROP SCHEMA " + schema + " CASCADE");
    return rate;
  }

  private static double peerRate(Server server, boolean notifies, Duration measured)
      throws Exception {
    try (NotifyInTransaction peer = new NotifyInTransaction(server, notifies)) {
      if (notifies) {
        peer.listen(n -> {});
      }
      return peer.closedLoop(measured);
    }
  }

  private static UnifiedStorage open(Server server, String schema) {
    return Holdfast.open(server.url(schema, 10)).blockOptional(PATIENCE).orElseThrow();
  }

  private static Mono<?> append(UnifiedStorage storage, JobEvent event) {
    return storage.events().append(event.job(), ExpectedVersion.any(), List.of(event.event()));
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }

  /** What is subscribed to, and what has failed. */
  private static final class Subscribers implements AutoCloseable {

    private final Disposable.Composite running = Disposables.composite();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    void add(Flux<RecordedEvent> events, LatencyProbe probe) {
      boolean unused =
          running.add(
              events.subscribe(event -> probe.arrived(number(event.event())), failure::set));
    }

    private static int number(Event event) {
      return Integer.parseInt(Objects.requireNonNull(event.origin().id()));
    }

    void append(UnifiedStorage storage, int n, Instant at, LatencyProbe acknowledged) {
      JobEvent event = SampleEvents.event(n, at);
      var unused =
          SubscribeScenario.append(
                  storage, new JobEvent(event.job(), event.event().withId(Integer.toString(n))))
              .subscribe(result -> acknowledged.arrived(n), failure::set);
    }

    void requireNoFailure() {
      Throwable failed = failure.get();
      if (failed != null) {
        throw new IllegalStateException("The measurement failed", failed);
      }
    }

    @Override
    public void close() {
      running.dispose();
    }
  }
}
