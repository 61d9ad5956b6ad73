package io.holdfast.contract;

import io.holdfast.ConflictException;
import io.holdfast.LockLostException;
import io.holdfast.NotFoundException;
import io.holdfast.UnifiedStorage;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Cancels operations, all there are, at random moments. */
public final class CancelStorm {

  private static final List<Operation> OPERATIONS = Operation.all();
  private static final int AT_ONCE = 32;

  /** Longer than most operations take, so that some end before they are cancelled. */
  private static final int NANOS_MAX = 3_000_000;

  private CancelStorm() {}

  /** Completes when the last operation was cancelled, or has ended; which operations there were. */
  public static Mono<Set<String>> over(UnifiedStorage storage, int cancels, long seed) {
    Random random = new Random(seed);
    List<Duration> moments =
        IntStream.range(0, cancels)
            .mapToObj(n -> Duration.ofNanos(random.nextInt(NANOS_MAX)))
            .toList();
    return Flux.range(0, cancels)
        .flatMap(n -> one(storage, OPERATIONS.get(n % OPERATIONS.size()), moments.get(n)), AT_ONCE)
        .collect(TreeSet::new, Set::add);
  }

  private static Mono<String> one(UnifiedStorage storage, Operation operation, Duration after) {
    return Mono.fromCallable(() -> operation.prepare().apply(storage))
        .subscribeOn(Schedulers.boundedElastic())
        .map(Supplier::get)
        .flatMap(prepared -> cancelled(prepared, after))
        // Others take what was prepared for this one: claims go to whoever comes first.
        .onErrorResume(CancelStorm::isRace, error -> Mono.empty())
        .thenReturn(operation.name());
  }

  private static Mono<Void> cancelled(Publisher<?> operation, Duration after) {
    return Flux.from(operation).takeUntilOther(Mono.delay(after)).then();
  }

  private static boolean isRace(Throwable error) {
    return error instanceof ConflictException
        || error instanceof NotFoundException
        || error instanceof LockLostException;
  }

  /** The names of all operations. */
  public static Set<String> operations() {
    Set<String> names = new TreeSet<>();
    OPERATIONS.forEach(operation -> names.add(operation.name()));
    return names;
  }
}
