package io.holdfast.file;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.deadletter.Claim;
import io.holdfast.deadletter.ClaimRequest;
import io.holdfast.deadletter.ClaimedLetter;
import io.holdfast.deadletter.DeadLetter;
import io.holdfast.deadletter.DeadLetterFilter;
import io.holdfast.deadletter.DeadLetterKey;
import io.holdfast.deadletter.DeadLetterQueue;
import io.holdfast.deadletter.DeadLetterState;
import io.holdfast.deadletter.DeadLetterStats;
import io.holdfast.deadletter.Failure;
import io.holdfast.deadletter.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
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
    List<Failure> failures = Settlement.with(failure, there.failures());
    if (failures.size() == there.failures().size()) {
      return there;
    }
    return edit.put(
        SHELF, new DeadLetter(key, there.data(), failures, there.state(), there.createdAt(), now));
  }

  @Override
  public Mono<DeadLetter> find(DeadLetterKey key) {
    return scope.read(view -> view.find(SHELF, key(key)));
  }

  @Override
  public Flux<DeadLetter> list(DeadLetterFilter filter) {
    return scope.pages(
        view ->
            new DocumentPages<>(
                view,
                SHELF,
                keys(view, filter),
                filter.limit(),
                (key, json) -> {
                  DeadLetter letter = view.decode(SHELF, key, json);
                  return filter.matches(letter) ? letter : null;
                }));
  }

  private static Iterator<DocumentKey> keys(View view, DeadLetterFilter filter) {
    DeadLetterKey after = filter.after();
    Boolean eligible = filter.eligible();
    return Keys.of(
        entries(view, filter),
        (key, note) ->
            (eligible == null || eligible == (note.state() == 1))
                && (after == null || key.compareTo(key(after)) > 0));
  }

  private static Iterator<Map.Entry<DocumentKey, Note>> entries(
      View view, DeadLetterFilter filter) {
    JobId job = filter.job();
    DeadLetterKey after = filter.after();
    if (job != null) {
      return view.entriesOf(SHELF, job.value());
    }
    return after == null ? view.entries(SHELF) : view.entriesAfter(SHELF, key(after));
  }

  @Override
  public Flux<ClaimedLetter> claim(ClaimRequest request) {
    return scope.write(edit -> claim(edit, request)).flatMapIterable(claimed -> claimed);
  }

  private static List<ClaimedLetter> claim(Edit edit, ClaimRequest request) throws IOException {
    Instant now = edit.now();
    JobId job = request.job();
    Iterator<DocumentKey> due =
        Keys.sorted(
            job == null ? edit.entries(SHELF) : edit.entriesOf(SHELF, job.value()),
            (key, note) -> note.state() == 1 && note.due() <= Note.micros(now),
            Keys.LONGEST_DUE_FIRST);
    List<ClaimedLetter> claimed = new ArrayList<>();
    while (due.hasNext() && claimed.size() < request.limit()) {
      DeadLetter letter = edit.find(SHELF, due.next());
      if (letter != null && letter.state().claimableAt(now)) {
        claimed.add(Settlement.claim(edit, letter, request, now));
      }
    }
    return claimed;
  }

  @Override
  public Mono<Void> settle(Claim claim, Outcome outcome) {
    return scope.write(
        edit -> {
          Settlement.settle(edit, claim, outcome);
          return null;
        });
  }

  @Override
  public Mono<Void> delete(DeadLetterKey key) {
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
    return scope
        .<DeadLetter>pages(view -> letters(view, job))
        .collect(DeadLetterTally::new, DeadLetterTally::add)
        .map(DeadLetterTally::stats);
  }

  private static PageSource<DeadLetter> letters(View view, JobId job) {
    return new DocumentPages<>(
        view,
        SHELF,
        Keys.of(view.entriesOf(SHELF, job.value()), (key, note) -> true),
        Long.MAX_VALUE,
        (key, json) -> view.decode(SHELF, key, json));
  }

  static DocumentKey key(DeadLetterKey key) {
    return new DocumentKey(key.job().value(), key.item().value());
  }
}
