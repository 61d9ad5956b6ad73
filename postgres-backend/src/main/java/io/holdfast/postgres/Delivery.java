package io.holdfast.postgres;

import io.holdfast.event.RecordedEvent;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;
import reactor.util.context.Context;

/**
 * Hands pages to one subscriber as the events it has asked for. It runs on a thread of the
 * storage's own, one at a time, so that a subscriber may take its time, or block, and holds up
 * neither the reader nor the connections. A page is asked for when the subscriber wants more than
 * is here: while it works on one page, the next is on its way.
 */
final class Delivery implements CoreSubscriber<List<RecordedEvent>>, Subscription {

  private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);

  /** Where events are handed on, and what is to be done when a subscription ends. */
  record Desk(Executor threads, Consumer<Delivery> begun, Consumer<Delivery> over) {}

  private final CoreSubscriber<? super RecordedEvent> subscriber;
  private final Reading reading;
  private final Sinks.Many<Reading> asking;
  private final Desk desk;

  private final AtomicInteger work = new AtomicInteger();
  private final AtomicLong wanted = new AtomicLong();
  private final AtomicReference<@Nullable List<RecordedEvent>> arrived = new AtomicReference<>();
  private volatile boolean ended;
  private volatile boolean gone;
  private volatile boolean resting;
  private @Nullable Throwable failure;
  private @Nullable Subscription pages;

  // Below here is only touched by whoever does the work.
  private List<RecordedEvent> page = List.of();
  private int next;
  private boolean asked;
  private boolean moved;
  private @Nullable RecordedEvent last;

  Delivery(
      CoreSubscriber<? super RecordedEvent> subscriber,
      Reading reading,
      Sinks.Many<Reading> asking,
      Desk desk) {
    this.subscriber = subscriber;
    this.reading = reading;
    this.asking = asking;
    this.desk = desk;
  }

  Reading reading() {
    return reading;
  }

  @Override
  public Context currentContext() {
    return subscriber.currentContext();
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    pages = subscription;
    desk.begun().accept(this);
    subscriber.onSubscribe(this);
    // As many as come: one comes only when it was asked for.
    subscription.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(List<RecordedEvent> came) {
    arrived.set(came);
    thereIsWork();
  }

  @Override
  public void onError(Throwable error) {
    failure = error;
    ended = true;
    thereIsWork();
  }

  @Override
  public void onComplete() {
    ended = true;
    thereIsWork();
  }

  @Override
  public void request(long n) {
    if (Operators.validate(n)) {
      wanted.accumulateAndGet(n, Operators::addCap);
      thereIsWork();
    }
  }

  @Override
  public void cancel() {
    gone = true;
    leave();
    thereIsWork();
  }

  /** Called from time to time; a subscriber that has not moved since gives its page back. */
  void rest() {
    resting = true;
    thereIsWork();
  }

  private void leave() {
    Objects.requireNonNull(pages).cancel();
    desk.over().accept(this);
  }

  private void thereIsWork() {
    if (work.getAndIncrement() != 0) {
      return;
    }
    try {
      desk.threads().execute(this::workOff);
    } catch (RejectedExecutionException closed) {
      LOG.debug("A subscription has outlived its storage", closed);
      gone = true;
      leave();
    }
  }

  private void workOff() {
    int missed = 1;
    do {
      deliver();
      missed = work.addAndGet(-missed);
    } while (missed != 0);
  }

  private void deliver() {
    if (resting) {
      resting = false;
      giveBackIfIdle();
    }
    boolean mayGoOn = true;
    while (mayGoOn && !gone) {
      mayGoOn = next < page.size() ? handOn() : turnPage();
    }
    if (gone) {
      drop();
    }
  }

  /** Hands on what is wanted of the page; false if nothing is. */
  private boolean handOn() {
    long most = wanted.get();
    int rest = page.size() - next;
    if (most > rest) {
      ask();
    }
    int count = (int) Math.min(most, rest);
    for (int end = next + count; next < end && !gone; next++) {
      subscriber.onNext(page.get(next));
    }
    if (most != Long.MAX_VALUE) {
      wanted.addAndGet(-count);
    }
    moved |= count > 0;
    return count > 0;
  }

  /** Takes the next page if it has come, asks for it if it is wanted; false if there is none. */
  private boolean turnPage() {
    if (!page.isEmpty()) {
      last = page.get(page.size() - 1);
      drop();
    }
    boolean wasEnded = ended;
    List<RecordedEvent> came = arrived.getAndSet(null);
    if (came != null) {
      page = came;
      asked = false;
      return true;
    }
    if (wasEnded) {
      end();
      return false;
    }
    if (wanted.get() > 0) {
      ask();
    }
    return arrived.get() != null;
  }

  private void ask() {
    if (!asked) {
      asked = true;
      asking.emitNext(reading, Sinks.EmitFailureHandler.FAIL_FAST);
    }
  }

  private void end() {
    gone = true;
    leave();
    if (failure == null) {
      subscriber.onComplete();
    } else {
      subscriber.onError(failure);
    }
  }

  private void drop() {
    page = List.of();
    next = 0;
  }

  /** What is not wanted for long is read again when it is. */
  private void giveBackIfIdle() {
    if (!moved && wanted.get() == 0 && next < page.size()) {
      RecordedEvent before = next > 0 ? page.get(next - 1) : last;
      if (before != null) {
        reading.goBack(before);
        drop();
      }
    }
    moved = false;
  }
}
