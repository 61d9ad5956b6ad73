package io.holdfast.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.SoftAssertions.assertSoftly;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.holdfast.UnifiedStorage;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;
import org.junit.platform.testkit.engine.Events;

/** Every single test of every contract fails against a storage that does nothing. */
class ContractsBiteTest {

  private static final List<Class<?>> RUNS =
      Stream.of(ContractsBiteTest.class.getDeclaredClasses())
          .filter(type -> type != Idle.class)
          .toList();

  @Test
  @Timeout(60)
  void every_test_fails_and_none_is_skipped_on_a_storage_that_does_nothing() {
    assertSoftly(softly -> RUNS.forEach(run -> requireBites(softly, run)));
  }

  private static void requireBites(SoftAssertions softly, Class<?> run) {
    Events tests =
        EngineTestKit.engine("junit-jupiter").selectors(selectClass(run)).execute().testEvents();

    softly.assertThat(names(tests.succeeded())).as("passed although nothing works").isEmpty();
    softly.assertThat(names(tests.skipped())).as("skipped").isEmpty();
    softly.assertThat(names(tests.aborted())).as("given up").isEmpty();
    softly
        .assertThat(tests.failed().count())
        .as("every test of %s fails", run.getSimpleName())
        .isPositive()
        .isEqualTo(tests.started().count());
  }

  @Test
  void every_contract_is_tried() {
    assertThat(Contracts.all()).hasSizeGreaterThanOrEqualTo(RUNS.size());
    assertThat(Contracts.missingFrom(ContractsBiteTest.class)).isEmpty();
  }

  private static List<String> names(Events events) {
    return events.stream()
        .map(Event::getTestDescriptor)
        .map(test -> test.getDisplayName())
        .toList();
  }

  /** One storage that does nothing, before and after it is reopened. */
  abstract static class Idle implements StorageContract {

    private final UnifiedStorage storage = new IdleStorage();

    @Override
    public UnifiedStorage storage() {
      return storage;
    }

    @Override
    public UnifiedStorage reopen() {
      return storage;
    }
  }

  static class Appending extends Idle implements EventLogContract {}

  static class Subscribing extends Idle implements EventSubscriptionContract {}

  static class Archives extends Idle implements EventArchiveContract {}

  static class Months extends Idle implements EventMonthsContract {}

  static class Sessions extends Idle implements SessionStoreContract {}

  static class Checkpoints extends Idle implements CheckpointStoreContract {

    @Override
    public CheckpointVandal vandal() {
      return (part, workflow, version) -> {};
    }
  }

  static class DeadLetters extends Idle implements DeadLetterQueueContract {}

  static class Workflows extends Idle implements WorkflowStoreContract {}

  static class Locks extends Idle implements LockStoreContract {}

  static class DurableSubscriptions extends Idle implements SubscriptionLedgerContract {}

  static class Consumers extends Idle implements ConsumeContract {}

  static class Transactions extends Idle implements TransactionContract {}

  static class Transfers extends Idle implements TransferContract {}

  static class Migrations extends Idle implements MigrationLedgerContract {}

  static class Publishers extends Idle implements ReactiveContract {}

  static class BadInput extends Idle implements BadInputContract {}

  static class Lifecycle extends Idle implements LifecycleContract {}

  static class Neighbours extends Idle implements NeighbourContract {

    @Override
    public UnifiedStorage neighbour() {
      return storage();
    }
  }
}
