package io.holdfast.transfer;

import io.holdfast.InvalidInputException;
import io.holdfast.Names;
import io.holdfast.RecordKind;
import java.util.Comparator;
import java.util.List;

/**
 * Neighbouring records of one kind that were copied in one transaction, together with this.
 *
 * @param kind the name of the kind
 * @param number which chunk of its kind, from 0 on
 * @param records how many records, at least 1
 * @param first the key of the first one, for people to read
 * @param last the key of the last one
 * @param sha256 over the SHA-256 of the canonical form of each, in order; lower-case hex
 */
public record MigrationChunk(
    String kind, long number, long records, String first, String last, String sha256) {

  /** How chunks are named, ordered and written. They are never copied themselves. */
  public static final RecordKind<MigrationChunk> KIND = new MigrationChunkKind();

  static final Comparator<MigrationChunk> ORDER =
      Comparator.comparing(MigrationChunk::kind, Names.ORDER)
          .thenComparingLong(MigrationChunk::number);

  /** Checks all of it. */
  public MigrationChunk {
    Names.check("kind", kind);
    if (number < 0) {
      throw new InvalidInputException("number", "0 or more, was " + number);
    }
    if (records < 1) {
      throw new InvalidInputException("records", "1 or more, was " + records);
    }
    Names.checkText("first", first);
    Names.checkText("last", last);
    KindSum.checkSha256(sha256);
  }

  /**
   * Fails unless it can be about {@code records}; for backends.
   *
   * @throws InvalidInputException if it is of another kind, or counts otherwise
   */
  public <R> void requireAbout(RecordKind<R> of, List<R> those) {
    if (!kind.equals(of.name()) || records != those.size()) {
      throw new InvalidInputException(
          "chunk", "%d %s do not match %d %s".formatted(records, kind, those.size(), of.name()));
    }
  }
}
