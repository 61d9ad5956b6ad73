package io.holdfast.event;

import io.holdfast.CorruptDataException;
import io.holdfast.Position;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * What tells one run of events from another: how many there are, between which positions, and the
 * SHA-256 over their canonical forms, a line feed behind each. Not thread safe.
 */
public final class EventDigest {

  private final MessageDigest sha256;
  private long events;
  private @Nullable Position first;
  private @Nullable Position last;

  /** Of no events yet. */
  public EventDigest() {
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }

  /** Adds the next event. */
  public void add(RecordedEvent event) {
    sha256.update(RecordedEvent.KIND.canonical(event));
    sha256.update((byte) '\n');
    first = first == null ? event.position() : first;
    last = event.position();
    events++;
  }

  /** How many events were added. */
  public long events() {
    return events;
  }

  /** The position of the first event; {@code null} if there is none. */
  public @Nullable Position first() {
    return first;
  }

  /** The position of the last event; {@code null} if there is none. */
  public @Nullable Position last() {
    return last;
  }

  /** The digest in hex; the object is of no more use. */
  public String sha256() {
    return HexFormat.of().formatHex(sha256.digest());
  }

  /**
   * Requires that the events added are those of {@code month}; the object is of no more use.
   *
   * @throws CorruptDataException if they are not
   */
  public void require(String where, ArchivedMonth month) {
    String found = sha256();
    if (events != month.events()
        || !month.first().equals(first)
        || !month.last().equals(last)
        || !month.sha256().equals(found)) {
      throw new CorruptDataException(
          where,
          "it has %d events from %s to %s with SHA-256 %s, expected %d from %s to %s with %s"
              .formatted(
                  events,
                  first,
                  last,
                  found,
                  month.events(),
                  month.first(),
                  month.last(),
                  month.sha256()));
    }
  }
}
