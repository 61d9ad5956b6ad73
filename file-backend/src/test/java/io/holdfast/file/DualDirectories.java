package io.holdfast.file;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.holdfast.UnifiedStorage;
import io.holdfast.WorkflowId;
import io.holdfast.contract.Await;
import io.holdfast.contract.CheckpointVandal;
import io.holdfast.dual.Divergence;
import io.holdfast.dual.DualMode;
import io.holdfast.dual.DualOptions;
import io.holdfast.dual.DualStorage;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Two directories behind one storage. */
final class DualDirectories implements BeforeEachCallback, AfterEachCallback {

  private final FreshDirectory first = new FreshDirectory();
  private final FreshDirectory second = new FreshDirectory();
  private final DualMode mode;
  private final UnaryOperator<UnifiedStorage> onSecond;
  private final Queue<Divergence> divergences = new ConcurrentLinkedQueue<>();
  private final Deque<UnifiedStorage> readers = new ArrayDeque<>();
  private @Nullable DualStorage dual;

  DualDirectories(DualMode mode, UnaryOperator<UnifiedStorage> onSecond) {
    this.mode = mode;
    this.onSecond = onSecond;
  }

  static DualDirectories in(DualMode mode) {
    return new DualDirectories(mode, storage -> storage);
  }

  @Override
  public void beforeEach(ExtensionContext context) throws Exception {
    first.beforeEach(context);
    second.beforeEach(context);
    open();
  }

  private void open() {
    dual = Await.value(DualStorage.open(first(), onSecond.apply(second()), options()));
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

  DualStorage storage() {
    return Objects.requireNonNull(dual);
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
