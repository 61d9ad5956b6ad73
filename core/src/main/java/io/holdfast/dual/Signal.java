package io.holdfast.dual;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;

/** Says that there is something to do; said often, it is heard once. */
final class Signal {

  private volatile @Nullable FluxSink<Boolean> sink;

  void give() {
    FluxSink<Boolean> hearer = sink;
    if (hearer != null) {
      hearer.next(true);
    }
  }

  /** For one hearer. */
  Flux<Boolean> signals() {
    return Flux.create(hearer -> sink = hearer, FluxSink.OverflowStrategy.LATEST);
  }
}
