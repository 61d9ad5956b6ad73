package io.holdfast.migration.copy;

import io.holdfast.RecordKind;
import io.holdfast.event.RecordedEvent;
import java.util.List;
import reactor.core.publisher.Flux;

/**
 * Cuts a stream of records into batches that are bounded twice, so that neither many small records
 * nor a few large ones fill the memory: by count and by bytes.
 *
 * @param recordsMax the most records of a batch
 * @param bytesMax the batch ends with the record that reaches this size
 */
public record Batches(int recordsMax, long bytesMax) {

  /** Fewer bytes than that are never a reason to end a batch. */
  public static final long BYTES_DEFAULT = 4L << 20;

  /** What an event takes beside its data. */
  private static final int EVENT_BYTES = 200;

  /** The batches of {@code records}, in order, none of them empty. */
  public <R> Flux<List<R>> of(RecordKind<R> kind, Flux<R> records) {
    return Flux.defer(
        () -> {
          Fill fill = new Fill();
          return records.bufferUntil(record -> fill.endsWith(bytes(kind, record)));
        });
  }

  /** Events are measured, as there are many; the size of anything else is that of its JSON. */
  private static <R> long bytes(RecordKind<R> kind, R record) {
    return record instanceof RecordedEvent event
        ? EVENT_BYTES + event.data().sizeBytes()
        : kind.encode(record).sizeBytes();
  }

  /** How full the batch is that is being gathered. */
  private final class Fill {

    private int records;
    private long bytes;

    boolean endsWith(long recordBytes) {
      records++;
      bytes += recordBytes;
      boolean full = records >= recordsMax || bytes >= bytesMax;
      if (full) {
        records = 0;
        bytes = 0;
      }
      return full;
    }
  }
}
