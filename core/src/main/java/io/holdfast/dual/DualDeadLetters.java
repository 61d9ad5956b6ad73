package io.holdfast.dual;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.deadletter.Claim;
import io.holdfast.deadletter.ClaimRequest;
import io.holdfast.deadletter.ClaimedLetter;
import io.holdfast.deadletter.DeadLetter;
import io.holdfast.deadletter.DeadLetterFilter;
import io.holdfast.deadletter.DeadLetterKey;
import io.holdfast.deadletter.DeadLetterPatterns;
import io.holdfast.deadletter.DeadLetterQueue;
import io.holdfast.deadletter.DeadLetterStats;
import io.holdfast.deadletter.Failure;
import io.holdfast.deadletter.Settled;
import io.holdfast.deadletter.Settlement;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Work items that failed, on two sides; the leading side's clock says what may be claimed. */
final class DualDeadLetters implements DeadLetterQueue {

  private static final Area ALL = Area.all(DeadLetter.KIND);

  private final Access access;

  DualDeadLetters(Access access) {
    this.access = access;
  }

  private static Area one(DeadLetterKey key) {
    return Area.one(DeadLetter.KIND, key.job().value(), key.item().value());
  }

  @Override
  public Mono<DeadLetter> add(DeadLetterKey key, Json data, Failure failure) {
    return access.write(List.of(one(key)), stores -> stores.deadLetters().add(key, data, failure));
  }

  @Override
  public Mono<DeadLetter> find(DeadLetterKey key) {
    return access.read(one(key), stores -> stores.deadLetters().find(key));
  }

  @Override
  public Mono<Long> redrive(DeadLetterFilter filter) {
    return access.write(List.of(ALL), stores -> stores.deadLetters().redrive(filter));
  }

  @Override
  public Mono<Void> delete(DeadLetterKey key) {
    return access.write(List.of(one(key)), stores -> stores.deadLetters().delete(key));
  }

  @Override
  public Mono<Long> purge(DeadLetterFilter filter) {
    return access.write(List.of(ALL), stores -> stores.deadLetters().purge(filter));
  }

  @Override
  public Mono<Long> purge(Duration age) {
    return access.write(List.of(ALL), stores -> stores.deadLetters().purge(age));
  }

  @Override
  public Flux<ClaimedLetter> claim(ClaimRequest request) {
    return access.take(
        ALL, claimed -> one(claimed.letter().key()), stores -> stores.deadLetters().claim(request));
  }

  @Override
  public Flux<Claim> renew(List<Claim> claims, Duration duration) {
    return access.renewMany(
        Area.each(claims, ALL, claim -> one(claim.key())),
        stores -> stores.deadLetters().renew(claims, duration));
  }

  @Override
  public Flux<Settled> settle(List<Settlement> settlements) {
    return access.writeMany(
        Area.each(settlements, ALL, settlement -> one(settlement.claim().key())),
        stores -> stores.deadLetters().settle(settlements));
  }

  @Override
  public Flux<DeadLetter> list(DeadLetterFilter filter) {
    return access.askMany(stores -> stores.deadLetters().list(filter));
  }

  @Override
  public Flux<DeadLetter> listNewest(DeadLetterFilter filter, @Nullable DeadLetter after) {
    return access.askMany(stores -> stores.deadLetters().listNewest(filter, after));
  }

  @Override
  public Flux<JobId> jobs(@Nullable JobId after, int limit) {
    return access.readMany(ALL, stores -> stores.deadLetters().jobs(after, limit));
  }

  @Override
  public Mono<DeadLetterStats> stats(JobId job) {
    return access.ask(stores -> stores.deadLetters().stats(job));
  }

  @Override
  public Mono<DeadLetterPatterns> patterns(DeadLetterFilter filter) {
    return access.ask(stores -> stores.deadLetters().patterns(filter));
  }
}
