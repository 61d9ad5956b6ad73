package io.holdfast.subscription;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.util.concurrent.Queues;
import reactor.util.context.Context;

/**
 * Hands items on as lists: whatever has come while the list before was worked on, up to a maximum.
 * No list is empty, nothing waits for a list to fill up, and no more than the maximum is asked for
 * ahead of demand.
 */
final class Gather<T> implements CoreSubscriber<T>, Subscription {

  private final CoreSubscriber<? super List<T>> downstream;
  private final int most;
  private final Queue<T> queue;
  private final AtomicLong demand = new AtomicLong();
  private final AtomicInteger draining = new AtomicInteger();
  private volatile @Nullable Subscription upstream;
  private volatile boolean cancelled;
  private volatile boolean ended;
  private volatile @Nullable Throwable failure;

  private Gather(CoreSubscriber<? super List<T>> downstream, int most) {
    this.downstream = downstream;
    this.most = most;
    this.queue = Queues.<T>get(most).get();
  }

  static <T> Flux<List<T>> upTo(int most, Flux<T> source) {
    return source.transform(
        Operators.<T, List<T>>lift((scannable, downstream) -> new Gather<>(downstream, most)));
  }

  @Override
  public void onSubscribe(Subscription source) {
    if (Operators.validate(upstream, source)) {
      upstream = source;
      downstream.onSubscribe(this);
      source.request(most);
    }
  }

  @Override
  public void onNext(T item) {
    if (!queue.offer(item)) {
      cancelUpstream();
      onError(Exceptions.failWithOverflow("More came than was asked for"));
      return;
    }
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
    List<T> items = new ArrayList<>();
    for (T item = queue.poll(); item != null; item = queue.poll()) {
      items.add(item);
    }
    if (demand.get() != Long.MAX_VALUE) {
      demand.decrementAndGet();
    }
    downstream.onNext(items);
    Subscription source = upstream;
    if (source != null) {
      source.request(items.size());
    }
    return true;
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
