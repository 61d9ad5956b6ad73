package io.holdfast.deadletter;

import io.holdfast.CorruptDataException;
import io.holdfast.InvalidInputException;
import io.holdfast.Json;
import io.holdfast.UnifiedStorage;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Dead letters as lines of text, a JSON object each, which any storage can read back. */
public final class DeadLetterExport {

  private static final int PAGE = 200;

  private static final int BATCH_BYTES = 1 << 20;

  private DeadLetterExport() {}

  /**
   * All dead letters that match, by job, then by item, each as {@link DeadLetter#KIND} writes it;
   * the filter's limit does not count. Empty if there is none. Reads a page at a time, as it is
   * asked for; what changes meanwhile may appear old or new.
   */
  public static Flux<Json> of(DeadLetterReports letters, DeadLetterFilter filter) {
    return DeadLetterPages.of(letters, filter.limit(PAGE)).map(DeadLetter.KIND::encode);
  }

  /**
   * Writes what {@link #of} has made, with tokens, failures and times as they were. What is there
   * already, as it is or changed since, is left alone, so that repeating is harmless. Each batch is
   * all or none. Fails with {@link CorruptDataException} or {@link InvalidInputException} at the
   * first line that is no dead letter; what stood before it may have been written.
   *
   * @return how many were written; never empty
   */
  public static Mono<Long> load(UnifiedStorage storage, Flux<Json> lines) {
    return batches(lines.map(DeadLetterExport::read))
        .concatMap(batch -> storage.transfer(DeadLetter.KIND).load(sorted(batch)), 0)
        .reduce(0L, Long::sum);
  }

  /** What it says is still looked at as if a user had handed it in. */
  private static DeadLetter read(Json line) {
    DeadLetter read = DeadLetter.KIND.decode(line);
    return new DeadLetter(
        read.key(),
        Json.ofUtf8(read.data().utf8()),
        read.failures().stream().map(DeadLetterExport::checked).toList(),
        read.state(),
        read.createdAt(),
        read.updatedAt());
  }

  private static Failure checked(Failure read) {
    return new Failure(
        read.attempt(),
        read.at(),
        read.errorType(),
        read.message(),
        Json.ofUtf8(read.details().utf8()));
  }

  private static List<DeadLetter> sorted(List<DeadLetter> batch) {
    return batch.stream().sorted(DeadLetter.KIND.order()).toList();
  }

  private static Flux<List<DeadLetter>> batches(Flux<DeadLetter> letters) {
    return Flux.defer(
        () -> {
          long[] bytes = {0};
          return letters.bufferUntil(
              letter -> {
                bytes[0] += letter.data().sizeBytes() + 500L * letter.failures().size();
                boolean isFull = bytes[0] >= BATCH_BYTES;
                bytes[0] = isFull ? 0 : bytes[0];
                return isFull;
              });
        });
  }
}
