package io.holdfast.dual;

import io.holdfast.event.EventMonth;
import io.holdfast.event.Removal;
import java.util.Set;
import java.util.stream.Collectors;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Drops the months of events on the following side that the leading one has dropped. */
final class DroppedMonths {

  private DroppedMonths() {}

  /** What follows is looked at first: what it has then, the leading side had before. */
  static Mono<Void> drop(Sides sides) {
    return sides
        .following()
        .events()
        .months()
        .list()
        .filter(month -> month.events() > 0)
        .collectList()
        .flatMapMany(
            there ->
                sides
                    .leading()
                    .events()
                    .months()
                    .list()
                    .map(EventMonth::month)
                    .collect(Collectors.toSet())
                    .flatMapMany(kept -> Flux.fromIterable(there).filter(m -> isGone(m, kept))))
        .map(EventMonth::month)
        .distinct()
        .concatMap(month -> sides.following().events().months().drop(month, Removal.FORCED), 1)
        .then();
  }

  private static boolean isGone(EventMonth month, Set<?> kept) {
    return !kept.contains(month.month());
  }
}
