package io.holdfast.postgres;

import io.holdfast.JobId;
import io.holdfast.MovedException;
import io.holdfast.UnavailableException;
import io.holdfast.event.AppendResult;
import io.holdfast.event.EventBatch;
import io.holdfast.event.EventJournal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Writes groups of appends, each in the way that costs least: small ones whose appends are good
 * together in one statement, all others in a {@link GroupTransaction}.
 */
final class GroupAppend implements GroupWriter {

  /**
   * Up to this many events a group is one statement, in one round trip; beyond, a COPY is worth its
   * second.
   */
  static final int ONE_STATEMENT_EVENTS = 64;

  private final SqlRunner brief;
  private final AppendStatement statement;
  private final GroupTransaction transaction;
  private final PartitionKeeper partitions;
  private final EventJournal journal;
  private final GroupListener listener;

  /**
   * @param brief where plans are made once for any values
   * @param journal appends one batch by itself
   * @param listener hears of each group that has committed
   */
  GroupAppend(
      SqlRunner brief,
      GroupTransaction transaction,
      EventTools tools,
      EventJournal journal,
      GroupListener listener) {
    this.brief = brief;
    this.statement = tools.append();
    this.transaction = transaction;
    this.partitions = tools.partitions();
    this.journal = journal;
    this.listener = listener;
  }

  @Override
  public Mono<List<AppendRequest>> write(List<AppendRequest> group) {
    return inPassing(group)
        .onErrorResume(
            WouldWait.class, busy -> group.size() == 1 ? Mono.just(group) : oneByOne(group));
  }

  /**
   * Who would have to wait is among them, and nothing was written. The others are written now;
   * whoever wants one of the same jobs is not tried, and passes nobody.
   */
  private Mono<List<AppendRequest>> oneByOne(List<AppendRequest> group) {
    List<AppendRequest> rest = new ArrayList<>();
    Set<JobId> busy = new HashSet<>();
    return Flux.fromIterable(group)
        .concatMap(request -> isBusy(request, busy) ? Mono.just(List.of(request)) : one(request))
        .doOnNext(
            left -> {
              rest.addAll(left);
              left.forEach(request -> busy.addAll(request.jobs()));
            })
        .then(Mono.fromSupplier(() -> rest));
  }

  private static boolean isBusy(AppendRequest request, Set<JobId> busy) {
    return request.jobs().stream().anyMatch(busy::contains);
  }

  /** A chunk is not wanted any more when one before it has failed. */
  private Mono<List<AppendRequest>> one(AppendRequest request) {
    return Mono.defer(
        () -> {
          if (request.isWanted()) {
            return write(List.of(request));
          }
          request.failed(AppendRequest.unwanted());
          return Mono.just(List.of());
        });
  }

  private Mono<List<AppendRequest>> inPassing(List<AppendRequest> group) {
    int events = group.stream().mapToInt(AppendRequest::events).sum();
    return (events <= ONE_STATEMENT_EVENTS ? chain(group) : Optional.<Chain>empty())
        .map(chain -> inOneStatement(group, chain))
        .orElseGet(() -> judgedInPassing(group));
  }

  private static Optional<Chain> chain(List<AppendRequest> group) {
    return Chain.of(group.stream().map(AppendRequest::batch).toList());
  }

  @Override
  public Mono<Void> writeWaiting(List<AppendRequest> group) {
    return group.size() == 1 && group.get(0).events() <= ONE_STATEMENT_EVENTS
        ? alone(group.get(0))
        : judged(group).then();
  }

  /** If anything is out of the ordinary, nothing is written, and somebody has to judge. */
  private Mono<List<AppendRequest>> inOneStatement(List<AppendRequest> group, Chain chain) {
    AskedGroup asked = AskedGroup.of(group);
    Mono<AppendStatement.Answer> attempt =
        Mono.defer(() -> partitions.ensureInPassing(asked.times()))
            .then(Mono.defer(() -> statement.runInPassing(brief, chain)));
    return AppendRepeats.of(attempt, partitions)
        .doOnNext(this::heedRepeat)
        .onErrorResume(SqlErrors::isUniqueViolation, error -> Mono.empty())
        .ofType(AppendStatement.Written.class)
        .doOnNext(
            written -> {
              List<Numbers> before = chain.before(written.versions());
              tell(group, before, written);
              listener.committed(() -> runs(chain.batches(), before, written));
            })
        .map(written -> List.<AppendRequest>of())
        .switchIfEmpty(Mono.defer(() -> judgedInPassing(group)))
        .onErrorResume(
            error -> !(error instanceof WouldWait),
            error -> failed(group, error).thenReturn(List.of()));
  }

  private void heedRepeat(AppendStatement.Answer answer) {
    if (answer instanceof AppendStatement.Known) {
      transaction.beWary();
    }
  }

  private static List<OwnRun> runs(
      List<EventBatch> batches, List<Numbers> before, AppendStatement.Written written) {
    OwnRuns runs = new OwnRuns(written.positions(), written.now());
    for (int i = 0; i < batches.size(); i++) {
      runs.add(batches.get(i), before.get(i));
    }
    return runs.list();
  }

  private static void tell(
      List<AppendRequest> group, List<Numbers> before, AppendStatement.Written written) {
    int from = 0;
    for (int i = 0; i < group.size(); i++) {
      AppendRequest request = group.get(i);
      request.written(new Places(before.get(i), written.positions(), from, 0));
      from += request.events();
    }
  }

  private Mono<Void> alone(AppendRequest request) {
    return Mono.defer(() -> journal.append(request.batch()))
        .doOnNext(result -> answer(request, result))
        .then()
        .onErrorResume(
            error -> {
              request.failed(error);
              return Mono.empty();
            });
  }

  private void answer(AppendRequest request, AppendResult result) {
    request.answered(result);
    listener.committed();
  }

  private Mono<List<AppendRequest>> judgedInPassing(List<AppendRequest> group) {
    AskedGroup asked = AskedGroup.of(group);
    return judged(
        group,
        Mono.defer(() -> partitions.ensureInPassing(asked.times()))
            .then(Mono.defer(() -> transaction.runInPassing(asked))));
  }

  private Mono<List<AppendRequest>> judged(List<AppendRequest> group) {
    AskedGroup asked = AskedGroup.of(group);
    return judged(
        group,
        Mono.defer(() -> partitions.ensureFor(asked.times()))
            .then(Mono.defer(() -> transaction.run(asked))));
  }

  private Mono<List<AppendRequest>> judged(List<AppendRequest> group, Mono<GroupPlan> attempt) {
    return AppendRepeats.of(attempt, partitions)
        .map(
            plan -> {
              List<AppendRequest> rest = plan.tell(group);
              if (plan.hasPositions()) {
                listener.committed(plan::ownRuns);
              } else {
                listener.committed();
              }
              return rest;
            })
        .onErrorResume(
            error -> !(error instanceof WouldWait),
            error -> failed(group, error).thenReturn(List.of()));
  }

  /**
   * An outage fails all, who may repeat, and so does a store that has moved. What else is wrong is
   * one append's fault, and the others must not suffer.
   */
  private Mono<Void> failed(List<AppendRequest> group, Throwable error) {
    if (error instanceof UnavailableException) {
      listener.interrupted();
    }
    if (group.size() == 1
        || error instanceof UnavailableException
        || error instanceof MovedException) {
      group.forEach(request -> request.failed(error));
      return Mono.empty();
    }
    return Flux.fromIterable(group).concatMap(request -> aloneIfWanted(request, error)).then();
  }

  private Mono<Void> aloneIfWanted(AppendRequest request, Throwable error) {
    return Mono.defer(
        () -> {
          if (request.isWanted()) {
            return alone(request);
          }
          request.failed(error);
          return Mono.empty();
        });
  }
}
