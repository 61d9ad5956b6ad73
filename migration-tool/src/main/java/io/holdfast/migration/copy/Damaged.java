package io.holdfast.migration.copy;

import io.holdfast.CorruptDataException;
import io.holdfast.JsonWriter;
import io.holdfast.UnavailableException;
import io.holdfast.migration.copy.Intake.Action;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Damaged records of a source that are passed over, up to a number of them. Each is counted once,
 * however often the source is read. Blocks where it writes its lines. Thread safe.
 */
public final class Damaged implements AutoCloseable {

  /** Why a record of a storage was left out, in reports: a word that no other source has. */
  public static final String REASON = "damaged-record";

  private final int recordsMax;
  private final @Nullable Path file;
  private final @Nullable OutputStream lines;
  private final Set<String> places = new HashSet<>();
  private final Map<String, Long> counts = new TreeMap<>();

  private Damaged(int recordsMax, @Nullable Path file, @Nullable OutputStream lines) {
    this.recordsMax = recordsMax;
    this.file = file;
    this.lines = lines;
  }

  /** None is passed over. */
  public static Damaged stop() {
    return new Damaged(0, null, null);
  }

  /**
   * Passes over at most {@code recordsMax}, and writes a line of JSON to {@code file}, if there is
   * one, for each.
   */
  public static Damaged upTo(int recordsMax, @Nullable Path file) throws IOException {
    return new Damaged(
        recordsMax,
        file,
        file == null ? null : new BufferedOutputStream(Files.newOutputStream(file)));
  }

  /** True if one may be passed over. */
  boolean isExpected() {
    return recordsMax > 0;
  }

  /** Counts a record of {@code kind}; throws {@code found} if that is one too many. */
  synchronized void found(String kind, CorruptDataException found) {
    if (places.contains(found.where())) {
      return;
    }
    if (places.size() == recordsMax) {
      throw new CorruptDataException(
          found.where(), recordsMax + " were passed over, and this is one more", found);
    }
    places.add(found.where());
    counts.merge(kind, 1L, Long::sum);
    write(kind, found);
  }

  private void write(String kind, CorruptDataException found) {
    if (lines == null) {
      return;
    }
    JsonWriter line =
        new JsonWriter()
            .text("kind", kind)
            .text("action", Action.REJECTED.name().toLowerCase(Locale.ROOT))
            .text("reason", REASON)
            .text("place", found.where())
            .text("detail", found.getMessage());
    try {
      lines.write(line.end().utf8());
      lines.write('\n');
    } catch (IOException e) {
      throw new UnavailableException("Cannot write to " + file + ": " + e.getMessage(), e);
    }
  }

  /** How many there were, by kind; empty if there were none. */
  synchronized List<Intake> intake() {
    return counts.entrySet().stream()
        .map(count -> new Intake(count.getKey(), Action.REJECTED, REASON, count.getValue()))
        .toList();
  }

  @Override
  public void close() throws IOException {
    if (lines != null) {
      lines.close();
    }
  }
}
