package io.holdfast.subscription;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.util.concurrent.Queues;
import reactor.util.context.Context;

/**
 * Hands items on as lists: whatever has come while the list before was worked on, up to a maximum,
 * and up to about eight megabytes. No list is empty, nothing waits for a list to fill up, and no
 * more than that is kept ahead of demand.
 */
public final class Gather<T> implements CoreSubscriber<T>, Subscription {

  /** A list that has so much ends, and nothing is asked for while so much waits. */
  static final long BYTES_MAX = 8L << 20;

  /** How many items are on their way at most: how large they are is known when they come. */
  static final int ON_THE_WAY_MAX = 16;

  private final CoreSubscriber<? super List<T>> downstream;
  private final int most;
  private final ToLongFunction<T> sizeBytes;
  private final Queue<T> queue;
  private final AtomicLong waitingBytes = new AtomicLong();
  private final AtomicLong come = new AtomicLong();
  private final AtomicLong demand = new AtomicLong();
  private final AtomicInteger draining = new AtomicInteger();
  private volatile @Nullable Subscription upstream;
  private volatile boolean cancelled;
  private volatile boolean ended;
  private volatile @Nullable Throwable failure;

  // Below here is only touched by whoever drains.
  private long asked;
  private long handedOn;

  private Gather(
      CoreSubscriber<? super List<T>> downstream, int most, ToLongFunction<T> sizeBytes) {
    this.downstream = downstream;
    this.most = most;
    this.sizeBytes = sizeBytes;
    this.queue = Queues.<T>get(most).get();
  }

  /** The items of {@code source} as lists of at most {@code most}. */
  public static <T> Flux<List<T>> upTo(int most, ToLongFunction<T> sizeBytes, Flux<T> source) {
    return source.transform(
        Operators.<T, List<T>>lift(
            (scannable, downstream) -> new Gather<>(downstream, most, sizeBytes)));
  }

  @Override
  public void onSubscribe(Subscription source) {
    if (Operators.validate(upstream, source)) {
      upstream = source;
      downstream.onSubscribe(this);
      drain();
    }
  }

  @Override
  public void onNext(T item) {
    // Before it can be taken out: what waits is never less than nothing.
    waitingBytes.addAndGet(sizeBytes.applyAsLong(item));
    if (!queue.offer(item)) {
      cancelUpstream();
      onError(Exceptions.failWithOverflow("More came than was asked for"));
      return;
    }
    come.incrementAndGet();
    drain();
  }

  @Override
  public void onError(Throwable error) {
    failure = error;
    ended = true;
    drain();
  }

  @Override
  public void onComplete() {
    ended = true;
    drain();
  }

  @Override
  public void request(long n) {
    if (Operators.validate(n)) {
      long unused = demand.updateAndGet(before -> Operators.addCap(before, n));
      drain();
    }
  }

  @Override
  public void cancel() {
    cancelled = true;
    cancelUpstream();
    drain();
  }

  private void cancelUpstream() {
    Subscription source = upstream;
    if (source != null) {
      source.cancel();
    }
  }

  @Override
  public Context currentContext() {
    return downstream.currentContext();
  }

  /** Only one thread at a time is inside; what comes meanwhile is one more round. */
  private void drain() {
    if (draining.getAndIncrement() != 0) {
      return;
    }
    int missed = 1;
    do {
      while (step()) {
        // As long as there is something to hand on.
      }
      ask();
      missed = draining.addAndGet(-missed);
    } while (missed != 0);
  }

  private boolean step() {
    if (cancelled) {
      queue.clear();
      return false;
    }
    boolean last = ended;
    if (last && queue.isEmpty()) {
      cancelled = true;
      end();
      return false;
    }
    if (queue.isEmpty() || demand.get() == 0) {
      return false;
    }
    List<T> items = list();
    if (demand.get() != Long.MAX_VALUE) {
      demand.decrementAndGet();
    }
    handedOn += items.size();
    downstream.onNext(items);
    ask();
    return true;
  }

  private List<T> list() {
    List<T> items = new ArrayList<>();
    long bytes = 0;
    while (bytes < BYTES_MAX) {
      T item = queue.poll();
      if (item == null) {
        break;
      }
      items.add(item);
      bytes += sizeBytes.applyAsLong(item);
    }
    waitingBytes.addAndGet(-bytes);
    return items;
  }

  /** A few at a time, once half of them have come, as long as there is room for them. */
  private void ask() {
    Subscription source = upstream;
    long onTheWay = asked - come.get();
    long more = Math.min(ON_THE_WAY_MAX - onTheWay, most - (asked - handedOn));
    if (source != null
        && more > 0
        && !cancelled
        && onTheWay <= ON_THE_WAY_MAX / 2
        && waitingBytes.get() < BYTES_MAX) {
      asked += more;
      source.request(more);
    }
  }

  private void end() {
    Throwable error = failure;
    if (error == null) {
      downstream.onComplete();
    } else {
      downstream.onError(error);
    }
  }
}
