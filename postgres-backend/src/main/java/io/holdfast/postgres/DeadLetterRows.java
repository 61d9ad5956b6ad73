package io.holdfast.postgres;

import io.holdfast.JobId;
import io.holdfast.JsonFields;
import io.holdfast.deadletter.Claim;
import io.holdfast.deadletter.ClaimedLetter;
import io.holdfast.deadletter.DeadLetter;
import io.holdfast.deadletter.DeadLetterKey;
import io.holdfast.deadletter.DeadLetterState;
import io.holdfast.deadletter.Failure;
import io.holdfast.deadletter.ItemId;
import java.time.Instant;
import java.util.Objects;

/** Dead letters as columns. */
final class DeadLetterRows {

  /** The columns that {@link #letter} reads, of a state {@code s} and its letter {@code l}. */
  static final String COLUMNS =
      "l.job_id, l.item_id, l.data, l.failures, s.eligible, coalesce(s.leased_until, s.due_at),"
          + " s.token, s.owner, l.created_at, s.updated_at";

  /** When a letter {@code l} has failed last, as text: all have the same form, and sort by time. */
  static final String FAILED_AT = "(l.failures -> -1 ->> 'at') COLLATE \"C\"";

  private DeadLetterRows() {}

  static DeadLetter letter(Columns row) {
    return new DeadLetter(
        key(row),
        row.json(2),
        JsonFields.elements(row.json(3)).stream().map(Failure::decode).toList(),
        new DeadLetterState(row.flag(4), row.time(5), row.number(6), row.textOrNull(7)),
        row.time(8),
        row.time(9));
  }

  static ClaimedLetter claimed(Columns row) {
    DeadLetter letter = letter(row);
    DeadLetterState state = letter.state();
    String owner = Objects.requireNonNull(state.owner());
    return new ClaimedLetter(
        letter, new Claim(letter.key(), state.token(), owner, state.availableAt()));
  }

  static DeadLetterKey key(Columns row) {
    return new DeadLetterKey(new JobId(row.text(0)), new ItemId(row.text(1)));
  }

  static Claim claim(Columns row) {
    return new Claim(key(row), row.number(2), row.text(3), row.time(4));
  }

  /** Those of a job that have failed equally often. */
  record Group(long failures, long total, long eligible, Instant oldest, Instant newest) {}

  static Group group(Columns row) {
    return new Group(row.number(0), row.number(1), row.number(2), row.time(3), row.time(4));
  }
}
