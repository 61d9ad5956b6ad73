package io.holdfast.benchmarks;

import io.holdfast.deadletter.Claim;
import io.holdfast.deadletter.DeadLetterKey;
import io.holdfast.deadletter.Settled;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sees every claim and every end of one, and whether an item was ever held twice: by the server's
 * clock, a claim must not begin before the one before has ended.
 */
final class ClaimWitness {

  private final Duration lease;
  private final Map<DeadLetterKey, Claim> last = new ConcurrentHashMap<>();
  private final Set<DeadLetterKey> done = ConcurrentHashMap.newKeySet();
  private final AtomicLong again = new AtomicLong();

  ClaimWitness(Duration lease) {
    this.lease = lease;
  }

  void claimed(Claim claim) {
    Claim before = last.put(claim.key(), claim);
    if (done.contains(claim.key())) {
      throw new IllegalStateException("Claimed after it was done: " + claim.key());
    }
    if (before != null) {
      again.incrementAndGet();
      if (claim.token() <= before.token()
          || claim.leaseUntil().minus(lease).isBefore(before.leaseUntil())) {
        throw new IllegalStateException("Held twice: " + before + " and " + claim);
      }
    }
  }

  void settled(Settled settled) {
    if (settled.accepted() && !done.add(settled.claim().key())) {
      throw new IllegalStateException("Done twice: " + settled.claim().key());
    }
  }

  int done() {
    return done.size();
  }

  /** How many claims were on items of a claimer that had died. */
  long again() {
    return again.get();
  }
}
