package io.holdfast;

import java.security.MessageDigest;
import java.util.Comparator;

/**
 * One kind of record that a storage keeps: how it is named, ordered, and written as JSON. The JSON
 * is what the file backend stores, what a migration hashes, and what an export contains.
 *
 * @param <R> the record
 */
public interface RecordKind<R> {

  /** The name of the kind, in the plural: {@code sessions}. */
  String name();

  /** What tells the record apart from all others of its kind, for people to read. */
  String key(R record);

  /**
   * What tells the record apart from all others of its kind, for machines. Here for the kinds whose
   * {@link #key} is one id.
   */
  default RecordKey identity(R record) {
    return RecordKey.of(key(record));
  }

  /** The order in which every storage exports this kind; no two records are equal in it. */
  Comparator<R> order();

  /** The whole record as one JSON object. */
  Json encode(R record);

  /**
   * The {@linkplain Json#canonical() canonical form} of {@link #encode}'s result. Where a kind has
   * many records, it may come to it another way.
   *
   * @throws InvalidInputException as {@link Json#canonical()} does
   */
  default byte[] canonical(R record) {
    return encode(record).canonical();
  }

  /**
   * Adds the canonical form to {@code digest}, and returns how many bytes it has. Where a kind has
   * many records, it may write it with {@code writer}, which belongs to the caller, so that the
   * memory is used again.
   *
   * @throws InvalidInputException as {@link Json#canonical()} does
   */
  default int digest(R record, CanonicalWriter writer, MessageDigest digest) {
    byte[] canonical = canonical(record);
    digest.update(canonical);
    return canonical.length;
  }

  /** Reads {@link #encode}'s result; throws {@link CorruptDataException} if it is not one. */
  R decode(Json json);
}
