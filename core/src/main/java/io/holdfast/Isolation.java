package io.holdfast;

/**
 * What a transaction sees of those that run beside it. A storage may give more than is asked for:
 * the files run one transaction after the other, which is the strictest there is.
 *
 * <p>{@link #READ_COMMITTED} is enough for what the stores promise, because each update compares
 * versions. A stricter level is for decisions that rest on what was only read. It costs runs: a
 * transaction that the storage cannot fit in is rolled back and run again.
 *
 * <p>At a stricter level events can be appended and counted, but not read: the order in which they
 * are read goes on while a transaction is open, and no snapshot has it.
 */
public enum Isolation {
  /** Each operation sees what was committed before it. */
  READ_COMMITTED,
  /** All operations see what was committed before the first of them. */
  REPEATABLE_READ,
  /** As if transactions of this level ran one after the other: no write skew. */
  SERIALIZABLE
}
