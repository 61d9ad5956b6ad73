package io.holdfast.contract;

import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

/** A subscriber that asks for nothing. */
final class Unwilling extends BaseSubscriber<Object> {

  @Override
  protected void hookOnSubscribe(Subscription subscription) {
    // No request.
  }
}
