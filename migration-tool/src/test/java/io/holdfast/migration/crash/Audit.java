package io.holdfast.migration.crash;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import io.holdfast.Json;
import io.holdfast.deadletter.DeadLetter;
import io.holdfast.deadletter.DeadLetterKey;
import io.holdfast.deadletter.Failure;
import io.holdfast.session.Progress;
import io.holdfast.session.SessionState;
import io.holdfast.workflow.ExecutionStatus;
import io.holdfast.workflow.WorkflowExecution;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** What has to be true of a run that is complete, however often it was interrupted. */
final class Audit {

  /** The creation of a session, its start and its end. */
  private static final int UPDATES_OF_A_RUN = 3;

  private final Run run;
  private final int kills;
  private final Remains remains;
  private final Problems problems = new Problems();

  /** Of a run of which {@code kills} processes were killed, each after it had begun to work. */
  Audit(Run run, int kills, Remains remains) {
    this.run = run;
    this.kills = kills;
    this.remains = remains;
  }

  /** What is wrong; empty if nothing is. */
  List<String> problems() {
    new EventAudit(run, kills, remains.events(), problems).check();
    checkDeadLetters();
    checkCheckpoint();
    checkSession();
    checkExecution();
    problems.require("locks that are held", List.of(), remains.locks());
    return problems.all();
  }

  /** An item that was completed has none; one that was not has each of its failures. */
  private void checkDeadLetters() {
    Set<DeadLetterKey> expected =
        run.items().filter(Item::failsForGood).map(Item::key).collect(toSet());
    problems.requireSame(
        "dead letters", expected, remains.letters().stream().map(DeadLetter::key).collect(toSet()));
    for (DeadLetter letter : remains.letters()) {
      problems.require("item of " + letter.key(), letter.key(), Item.of(letter.data()).key());
      problems.require(
          "failures of " + letter.key(),
          IntStream.rangeClosed(1, Item.ATTEMPTS_MAX).mapToObj(Attempt::message).toList(),
          letter.failures().stream().map(Failure::message).toList());
      problems.require(
          "attempts of " + letter.key(),
          IntStream.rangeClosed(1, Item.ATTEMPTS_MAX).boxed().toList(),
          letter.failures().stream().map(Failure::attempt).toList());
      problems.require(letter.key() + " is to be tried again", false, letter.state().eligible());
    }
  }

  private void checkCheckpoint() {
    Tally found = Tally.decode(remains.checkpoint().checkpoint().content().state());
    problems.require("damaged checkpoints", List.of(), remains.checkpoint().skipped());
    problems.require("checkpoints", steps(), remains.checkpoint().checkpoint().version());
    problems.requireSame(
        "results in the checkpoint",
        run.items()
            .filter(item -> !item.failsForGood())
            .collect(toMap(Item::number, Item::result))
            .entrySet(),
        found.results().entrySet());
    problems.requireSame(
        "failed items in the checkpoint",
        run.items()
            .filter(item -> item.failsOnce() || item.failsForGood())
            .map(Item::number)
            .collect(toSet()),
        found.failed());
    problems.requireSame(
        "items given up in the checkpoint",
        run.items().filter(Item::failsForGood).map(Item::number).collect(toSet()),
        found.givenUp());
  }

  /** Each attempt at an item is one. */
  private long steps() {
    return run.items().mapToLong(Item::attempts).sum();
  }

  private void checkSession() {
    problems.require("session", SessionState.COMPLETED, remains.session().state());
    problems.require(
        "progress", new Progress(run.size(), run.size()), remains.session().details().progress());
    problems.require(
        "version of the session", steps() + UPDATES_OF_A_RUN, remains.session().version());
  }

  private void checkExecution() {
    problems.require("executions", 1, remains.executions().size());
    for (WorkflowExecution execution : remains.executions()) {
      problems.require("execution", Run.EXECUTION, execution.id());
      problems.require("status", ExecutionStatus.COMPLETED, execution.status());
      problems.require("outcome", expectedOutcome(), execution.details());
    }
  }

  private Json expectedOutcome() {
    return Run.outcome(
        run.items().filter(item -> !item.failsForGood()).mapToLong(Item::result).sum(),
        (int) run.items().filter(Item::failsForGood).count());
  }
}
