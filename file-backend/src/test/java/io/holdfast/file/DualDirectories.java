package io.holdfast.file;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.UnifiedStorage;
import io.holdfast.WorkflowId;
import io.holdfast.contract.Await;
import io.holdfast.contract.CheckpointVandal;
import io.holdfast.contract.Faults;
import io.holdfast.contract.Workload;
import io.holdfast.dual.Divergence;
import io.holdfast.dual.DualMode;
import io.holdfast.dual.DualOptions;
import io.holdfast.dual.DualStorage;
import io.holdfast.event.AppendResult;
import io.holdfast.event.Event;
import io.holdfast.event.ExpectedVersion;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import reactor.core.publisher.Mono;

/** Two directories behind one storage. */
final class DualDirectories implements BeforeEachCallback, AfterEachCallback {

  /** What an exchange is given. */
  static final Duration PATIENCE = Duration.ofSeconds(10);

  private final FreshDirectory first = new FreshDirectory();
  private final FreshDirectory second = new FreshDirectory();
  private final DualMode mode;
  private final Queue<Divergence> divergences = new ConcurrentLinkedQueue<>();
  private final Deque<UnifiedStorage> readers = new ArrayDeque<>();
  private @Nullable Faults faults;
  private @Nullable DualStorage dual;

  private DualDirectories(DualMode mode) {
    this.mode = mode;
  }

  static DualDirectories in(DualMode mode) {
    return new DualDirectories(mode);
  }

  @Override
  public void beforeEach(ExtensionContext context) throws Exception {
    first.beforeEach(context);
    second.beforeEach(context);
    open();
  }

  private void open() {
    faults = new Faults(second());
    dual = Await.value(DualStorage.open(first(), faults.storage(), options()));
  }

  /** The leading side open to read only, and the other one as it is. */
  DualStorage openToRead() {
    UnifiedStorage reader =
        FreshDirectory.open(
            FileConfiguration.builder(first.path()).access(FileConfiguration.Access.READ).build());
    DualStorage reading = Await.value(DualStorage.open(reader, second(), options()));
    readers.push(reader);
    readers.push(reading);
    return reading;
  }

  DualOptions options() {
    return DualOptions.DEFAULT.withMode(mode).onDivergence(divergences::add);
  }

  UnifiedStorage first() {
    return first.storage();
  }

  UnifiedStorage second() {
    return second.storage();
  }

  /** What the second side does wrong, until the two are opened again. */
  Faults faults() {
    return Objects.requireNonNull(faults);
  }

  DualStorage storage() {
    return Objects.requireNonNull(dual);
  }

  Mono<AppendResult> append(int number) {
    return storage()
        .events()
        .append(
            new JobId("job-" + number % 7),
            ExpectedVersion.any(),
            List.of(Event.of("step", Json.of("{\"n\":" + number + "}"))));
  }

  void cutOver() {
    Await.done(storage().cutOver(PATIENCE));
  }

  void requireAlike() {
    Await.done(storage().caughtUp());
    assertThat(Workload.contents(second())).isEqualTo(Workload.contents(first()));
  }

  @CanIgnoreReturnValue
  DualStorage reopen() {
    close();
    first.reopen();
    second.reopen();
    open();
    return storage();
  }

  /**
   * As a process that is killed and begins again, but for what the directories do by themselves.
   */
  void close() {
    Await.done(storage().close());
  }

  void becomes(DualStorage opened) {
    dual = opened;
  }

  /** Damages a checkpoint of the side that leads. */
  void damage(CheckpointVandal.Part part, WorkflowId workflow, long version) {
    close();
    new DocumentVandal(first).damage(part, workflow, version);
    open();
  }

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    readers.forEach(FreshDirectory::close);
    readers.clear();
    close();
    first.afterEach(context);
    second.afterEach(context);
    assertThat(divergences).as("answers that differed").isEmpty();
  }
}
