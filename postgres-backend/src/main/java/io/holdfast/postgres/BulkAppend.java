package io.holdfast.postgres;

import io.holdfast.Position;
import io.holdfast.event.BulkProgress;
import io.holdfast.event.JobEvent;
import java.util.List;
import java.util.stream.IntStream;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * One {@code appendAll} under way: it deals its source out to the lanes. What a lane has no time
 * for yet is gathered into a chunk; a lane that has nothing of ours is sent what there is, so that
 * a source that trickles need not fill a chunk first.
 */
final class BulkAppend {

  /** How much of the source is asked for at once. */
  private static final int AHEAD = 256;

  private final AppendLanes lanes;
  private final List<BulkLane> gathering;
  private final Sinks.Empty<Void> broken = Sinks.empty();

  private BulkAppend(AppendLanes lanes) {
    this.lanes = lanes;
    this.gathering =
        IntStream.range(0, lanes.size())
            .mapToObj(lane -> new BulkLane(lanes, this::breakOff))
            .toList();
  }

  /** Each subscription is an append of its own. */
  static Flux<BulkProgress> run(AppendLanes lanes, Publisher<JobEvent> events) {
    return Flux.defer(() -> new BulkAppend(lanes).run(events))
        .scan(Written::plus)
        .map(Written::progress);
  }

  /** What is committed: how many events, and the highest position. */
  record Written(long events, long position) {

    Written plus(Written other) {
      return new Written(events + other.events, Math.max(position, other.position));
    }

    BulkProgress progress() {
      return new BulkProgress(events, new Position(Long.toString(position)));
    }
  }

  /** A failure of the source, or of a chunk, is reported when nothing is under way any more. */
  private Flux<Written> run(Publisher<JobEvent> events) {
    Flux<Written> source =
        Flux.from(events)
            .concatMap(this::add, AHEAD)
            .takeUntilOther(broken.asMono())
            .doOnError(error -> gathering.forEach(BulkLane::stop))
            .doOnComplete(() -> gathering.forEach(BulkLane::finish));
    return Flux.fromIterable(gathering)
        .map(BulkLane::results)
        .concatWithValues(source)
        .flatMapDelayError(each -> each, gathering.size() + 1, 1)
        .doOnCancel(() -> gathering.forEach(BulkLane::stop));
  }

  private Mono<Written> add(JobEvent event) {
    return gathering.get(lanes.laneOf(event.job())).add(event);
  }

  private void breakOff() {
    gathering.forEach(BulkLane::stop);
    var unused = broken.tryEmitEmpty();
  }
}
