package io.holdfast.dual;

import io.holdfast.StoreSet;
import io.holdfast.UnavailableException;
import io.holdfast.event.AppendResult;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * An append. The other side does not know the batch, and would append it a second time: so what was
 * done is remembered here, and what may have been done is not tried there.
 */
final class AppendCall extends Call<Mono<AppendResult>> {

  private @Nullable AppendResult done;
  private boolean isUnknown;

  AppendCall(Sides sides, Function<StoreSet, Mono<AppendResult>> operation) {
    super(sides, operation);
  }

  @Override
  synchronized void isUnknown() {
    isUnknown = true;
  }

  private synchronized void isDone(AppendResult result) {
    done = new AppendResult(result.events(), true);
  }

  @Override
  synchronized Mono<AppendResult> on(Sides now) {
    if (!isOf(now) && done != null) {
      // Positions are the same on both sides.
      return Mono.just(done);
    }
    if (!isOf(now) && isUnknown) {
      throw notKnown();
    }
    return super.on(now).doOnNext(this::isDone);
  }

  static UnavailableException notKnown() {
    return new UnavailableException(
        "It is not known whether this was done before the sides were exchanged: look first");
  }
}
