package io.holdfast.file;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.holdfast.deadletter.Claim;
import io.holdfast.deadletter.ClaimRequest;
import io.holdfast.deadletter.ClaimedLetter;
import io.holdfast.deadletter.DeadLetter;
import io.holdfast.deadletter.DeadLetterState;
import io.holdfast.deadletter.Failure;
import io.holdfast.deadletter.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a claim on a dead letter begins and ends. */
final class LetterClaims {

  private LetterClaims() {}

  static ClaimedLetter claim(Edit edit, DeadLetter letter, ClaimRequest request, Instant now)
      throws IOException {
    Instant until = now.plus(request.leaseDuration());
    long token = nextToken(edit, letter);
    DeadLetterState claimed = new DeadLetterState(true, until, token, request.owner());
    DeadLetter taken = put(edit, letter, letter.failures(), claimed);
    return new ClaimedLetter(
        taken, new Claim(letter.key(), token, request.owner(), claimed.availableAt()));
  }

  /** Higher than any before, also of an item that was deleted and added again. */
  private static long nextToken(Edit edit, DeadLetter letter) throws IOException {
    long token = Math.max(highestToken(edit), letter.state().token()) + 1;
    raiseTokens(edit, token);
    return token;
  }

  private static long highestToken(Edit edit) throws IOException {
    Counter claims = edit.find(Shelf.COUNTERS, DocumentKey.of(Counter.CLAIMS));
    return claims == null ? 0 : claims.value();
  }

  /** Tokens that are given out from now on are higher than {@code token}. */
  static void raiseTokens(Edit edit, long token) throws IOException {
    if (token > highestToken(edit)) {
      edit.put(Shelf.COUNTERS, new Counter(Counter.CLAIMS, token));
    }
  }

  /** The claim as it goes on; {@code null} if it is lost, or settled. */
  static @Nullable Claim renew(Edit edit, Claim claim, Duration duration) throws IOException {
    DeadLetter letter = held(edit, claim);
    String owner = letter == null ? null : letter.state().owner();
    if (letter == null || owner == null) {
      return null;
    }
    Instant until = edit.now().plus(duration);
    DeadLetterState renewed =
        new DeadLetterState(letter.state().eligible(), until, claim.token(), owner);
    put(edit, letter, letter.failures(), renewed);
    return new Claim(claim.key(), claim.token(), owner, until);
  }

  /** False if the claim is lost; then nothing is changed. */
  static boolean settle(Edit edit, Claim claim, Outcome outcome) throws IOException {
    DeadLetter letter = held(edit, claim);
    if (letter == null) {
      return false;
    }
    if (letter.state().owner() == null) {
      return isSettledSo(letter, outcome);
    }
    apply(edit, letter, outcome);
    return true;
  }

  /** True if it was given up or waits, and nobody works on it. */
  static boolean isWaiting(DeadLetter letter, Instant now) {
    return !letter.state().isClaimedAt(now) && !letter.state().claimableAt(now);
  }

  /** Makes it claimable at once; a claim that ran out stays as good as it was. */
  static void free(Edit edit, DeadLetter letter) {
    DeadLetterState state = letter.state();
    DeadLetterState free = new DeadLetterState(true, edit.now(), state.token(), state.owner());
    put(edit, letter, letter.failures(), free);
  }

  /** The item, unless it was claimed again or is gone. */
  private static @Nullable DeadLetter held(Edit edit, Claim claim) throws IOException {
    DeadLetter letter = edit.find(Shelf.DEAD_LETTERS, FileDeadLetterQueue.key(claim.key()));
    return letter == null || letter.state().token() != claim.token() ? null : letter;
  }

  /** Settling again in the same way is a repeat. */
  private static boolean isSettledSo(DeadLetter letter, Outcome outcome) {
    return (outcome instanceof Outcome.Retry retry && isIn(retry.failure(), letter.failures()))
        || (outcome instanceof Outcome.GiveUp end && isIn(end.failure(), letter.failures()))
        || outcome instanceof Outcome.Release;
  }

  private static void apply(Edit edit, DeadLetter letter, Outcome outcome) {
    Instant now = edit.now();
    long token = letter.state().token();
    List<Failure> failures = letter.failures();
    if (outcome instanceof Outcome.Done) {
      edit.delete(Shelf.DEAD_LETTERS, FileDeadLetterQueue.key(letter.key()));
      return;
    }
    DeadLetterState state = new DeadLetterState(true, now, token, null);
    if (outcome instanceof Outcome.Retry retry) {
      failures = with(retry.failure(), failures);
      state = new DeadLetterState(true, now.plus(retry.delay()), token, null);
    } else if (outcome instanceof Outcome.GiveUp giveUp) {
      failures = with(giveUp.failure(), failures);
      state = new DeadLetterState(false, now, token, null);
    }
    put(edit, letter, failures, state);
  }

  @CanIgnoreReturnValue
  private static DeadLetter put(
      Edit edit, DeadLetter letter, List<Failure> failures, DeadLetterState state) {
    return edit.put(
        Shelf.DEAD_LETTERS,
        new DeadLetter(
            letter.key(), letter.data(), failures, state, letter.createdAt(), edit.now()));
  }

  /** {@code failures} and {@code failure} behind them, unless its attempt is among them. */
  static List<Failure> with(Failure failure, List<Failure> failures) {
    if (isIn(failure, failures)) {
      return failures;
    }
    List<Failure> more = new ArrayList<>(failures);
    more.add(failure);
    return more;
  }

  private static boolean isIn(Failure failure, List<Failure> failures) {
    return failures.stream().anyMatch(known -> known.attempt() == failure.attempt());
  }
}
