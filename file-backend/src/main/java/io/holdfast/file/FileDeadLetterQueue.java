package io.holdfast.file;

import io.holdfast.InvalidInputException;
import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.Paging;
import io.holdfast.deadletter.Claim;
import io.holdfast.deadletter.ClaimBatch;
import io.holdfast.deadletter.ClaimRequest;
import io.holdfast.deadletter.ClaimedLetter;
import io.holdfast.deadletter.DeadLetter;
import io.holdfast.deadletter.DeadLetterFilter;
import io.holdfast.deadletter.DeadLetterKey;
import io.holdfast.deadletter.DeadLetterPatterns;
import io.holdfast.deadletter.DeadLetterQueue;
import io.holdfast.deadletter.DeadLetterState;
import io.holdfast.deadletter.DeadLetterStats;
import io.holdfast.deadletter.Failure;
import io.holdfast.deadletter.Settled;
import io.holdfast.deadletter.Settlement;
import io.holdfast.lock.LeaseDuration;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Dead letters, a document each, in a directory for each job. */
final class FileDeadLetterQueue implements DeadLetterQueue {

  private static final Shelf<DeadLetter> SHELF = Shelf.DEAD_LETTERS;

  private final Scope scope;

  FileDeadLetterQueue(Scope scope) {
    this.scope = scope;
  }

  @Override
  public Mono<DeadLetter> add(DeadLetterKey key, Json data, Failure failure) {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(data, "data");
    Objects.requireNonNull(failure, "failure");
    return scope.write(edit -> add(edit, key, data, failure));
  }

  private static DeadLetter add(Edit edit, DeadLetterKey key, Json data, Failure failure)
      throws IOException {
    DeadLetter there = edit.find(SHELF, key(key));
    Instant now = edit.now();
    if (there == null) {
      DeadLetterState fresh = new DeadLetterState(true, now, 0, null);
      return edit.put(SHELF, new DeadLetter(key, data, List.of(failure), fresh, now, now));
    }
    List<Failure> failures = LetterClaims.with(failure, there.failures());
    if (failures.size() == there.failures().size()) {
      return there;
    }
    return edit.put(
        SHELF, new DeadLetter(key, there.data(), failures, there.state(), there.createdAt(), now));
  }

  @Override
  public Mono<DeadLetter> find(DeadLetterKey key) {
    Objects.requireNonNull(key, "key");
    return scope.read(view -> view.find(SHELF, key(key)));
  }

  @Override
  public Flux<DeadLetter> list(DeadLetterFilter filter) {
    Objects.requireNonNull(filter, "filter");
    return scope.pages(view -> letters(view, LetterKeys.of(view, filter), filter, filter.limit()));
  }

  @Override
  public Flux<DeadLetter> listNewest(DeadLetterFilter filter, @Nullable DeadLetter after) {
    DeadLetterFilter whole = filter.anywhere();
    return scope.pages(view -> new NewestLetters(view, whole, after));
  }

  @Override
  public Flux<JobId> jobs(@Nullable JobId after, int limit) {
    Paging.check(limit);
    return scope.read(view -> LetterKeys.jobs(view, after, limit)).flatMapIterable(jobs -> jobs);
  }

  @Override
  public Mono<DeadLetterPatterns> patterns(DeadLetterFilter filter) {
    Objects.requireNonNull(filter, "filter");
    return scope
        .<DeadLetter>pages(
            view -> letters(view, LetterKeys.of(view, filter), filter, Long.MAX_VALUE))
        .collect(() -> new PatternTally(filter.limit()), PatternTally::add)
        .map(PatternTally::patterns);
  }

  @Override
  public Flux<ClaimedLetter> claim(ClaimRequest request) {
    Objects.requireNonNull(request, "request");
    return scope.write(edit -> claim(edit, request)).flatMapIterable(claimed -> claimed);
  }

  private static List<ClaimedLetter> claim(Edit edit, ClaimRequest request) throws IOException {
    Instant now = edit.now();
    Iterator<DocumentKey> due = LetterKeys.due(edit, request.filter(), now);
    List<ClaimedLetter> claimed = new ArrayList<>();
    while (due.hasNext() && claimed.size() < request.limit()) {
      DeadLetter letter = edit.find(SHELF, due.next());
      if (letter != null && letter.state().claimableAt(now) && request.filter().matches(letter)) {
        claimed.add(LetterClaims.claim(edit, letter, request, now));
      }
    }
    return claimed;
  }

  @Override
  public Flux<Claim> renew(List<Claim> claims, Duration duration) {
    List<Claim> batch = ClaimBatch.ofClaims(claims);
    LeaseDuration.check(duration);
    return scope
        .write(
            edit -> {
              List<Claim> renewed = new ArrayList<>();
              for (Claim claim : batch) {
                Claim held = LetterClaims.renew(edit, claim, duration);
                if (held != null) {
                  renewed.add(held);
                }
              }
              return renewed;
            })
        .flatMapIterable(renewed -> renewed);
  }

  @Override
  public Flux<Settled> settle(List<Settlement> settlements) {
    List<Settlement> batch = ClaimBatch.ofSettlements(settlements);
    return scope
        .write(
            edit -> {
              List<Settled> settled = new ArrayList<>();
              for (Settlement one : batch) {
                boolean accepted = LetterClaims.settle(edit, one.claim(), one.outcome());
                settled.add(new Settled(one.claim(), accepted));
              }
              return settled;
            })
        .flatMapIterable(settled -> settled);
  }

  @Override
  public Mono<Long> redrive(DeadLetterFilter filter) {
    Objects.requireNonNull(filter, "filter");
    return scope.write(
        edit ->
            changed(
                edit, filter, LetterClaims::isWaiting, letter -> LetterClaims.free(edit, letter)));
  }

  @Override
  public Mono<Long> purge(DeadLetterFilter filter) {
    Objects.requireNonNull(filter, "filter");
    return scope.write(
        edit ->
            changed(
                edit,
                filter,
                (letter, now) -> true,
                letter -> edit.delete(SHELF, key(letter.key()))));
  }

  /** Changes those that match, in order, as many as the filter says. */
  private static long changed(
      Edit edit,
      DeadLetterFilter filter,
      BiPredicate<DeadLetter, Instant> wanted,
      Consumer<DeadLetter> change)
      throws IOException {
    Iterator<DocumentKey> keys = LetterKeys.of(edit, filter);
    List<DeadLetter> chosen = new ArrayList<>();
    while (keys.hasNext() && chosen.size() < filter.limit()) {
      DeadLetter letter = edit.find(SHELF, keys.next());
      if (letter != null && filter.matches(letter) && wanted.test(letter, edit.now())) {
        chosen.add(letter);
      }
    }
    chosen.forEach(change);
    return chosen.size();
  }

  @Override
  public Mono<Void> delete(DeadLetterKey key) {
    Objects.requireNonNull(key, "key");
    return scope.write(
        edit -> {
          if (edit.raw(SHELF, key(key)) != null) {
            edit.delete(SHELF, key(key));
          }
          return null;
        });
  }

  @Override
  public Mono<Long> purge(Duration age) {
    if (age.isNegative()) {
      throw new InvalidInputException("age", "must not be negative, was " + age);
    }
    return scope.write(
        edit -> {
          long before = Note.micros(ago(edit.now(), age));
          List<DocumentKey> old = new ArrayList<>();
          Keys.of(edit.entries(SHELF), (key, note) -> note.created() < before)
              .forEachRemaining(old::add);
          old.forEach(key -> edit.delete(SHELF, key));
          return (long) old.size();
        });
  }

  private static Instant ago(Instant now, Duration age) {
    return age.compareTo(Duration.between(Instant.EPOCH, now)) < 0 ? now.minus(age) : Instant.EPOCH;
  }

  @Override
  public Mono<DeadLetterStats> stats(JobId job) {
    Objects.requireNonNull(job, "job");
    return scope
        .<DeadLetter>pages(
            view -> {
              DeadLetterFilter all = DeadLetterFilter.all().ofJob(job);
              return letters(view, LetterKeys.of(view, all), all, Long.MAX_VALUE);
            })
        .collect(DeadLetterTally::new, DeadLetterTally::add)
        .map(DeadLetterTally::stats);
  }

  static DocumentPages<DeadLetter> letters(
      View view, Iterator<DocumentKey> keys, DeadLetterFilter filter, long limit) {
    return letters(view, keys, filter::matches, limit);
  }

  static DocumentPages<DeadLetter> letters(
      View view, Iterator<DocumentKey> keys, Predicate<DeadLetter> filter, long limit) {
    return new DocumentPages<>(
        view,
        SHELF,
        keys,
        limit,
        (key, json) -> {
          DeadLetter letter = view.decode(SHELF, key, json);
          return filter.test(letter) ? letter : null;
        });
  }

  static DocumentKey key(DeadLetterKey key) {
    return new DocumentKey(key.job().value(), key.item().value());
  }
}
