package io.holdfast.dual;

import io.holdfast.event.EventMonth;
import io.holdfast.event.Removal;
import java.time.YearMonth;
import java.util.List;
import java.util.stream.Collectors;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Drops the months of events on the following side that the leading one has dropped. */
final class DroppedMonths {

  private DroppedMonths() {}

  /**
   * What follows is looked at first: what it has then, the leading side had before. No event may be
   * brought over meanwhile. {@code leads} fails if another side leads by now.
   */
  static Mono<Void> drop(Sides sides, Mono<Void> leads) {
    return sides
        .inTime(there(sides))
        .flatMapMany(there -> gone(sides, there))
        .concatMap(month -> leads.then(sides.inTime(drop(sides, month))), 1)
        .then();
  }

  private static Mono<EventMonth> drop(Sides sides, YearMonth month) {
    return sides.following().events().months().drop(month, Removal.FORCED);
  }

  private static Mono<List<EventMonth>> there(Sides sides) {
    return sides
        .following()
        .events()
        .months()
        .list()
        .filter(month -> month.first() != null)
        .collectList();
  }

  private static Flux<YearMonth> gone(Sides sides, List<EventMonth> there) {
    return sides
        .leading()
        .events()
        .months()
        .list()
        .map(EventMonth::month)
        .collect(Collectors.toSet())
        .flatMapIterable(
            kept ->
                there.stream()
                    .map(EventMonth::month)
                    .distinct()
                    .filter(month -> !kept.contains(month))
                    .toList());
  }
}
