package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.holdfast.UnifiedStorage;
import io.holdfast.contract.Await;
import io.holdfast.dual.Divergence;
import io.holdfast.dual.DualMode;
import io.holdfast.dual.DualOptions;
import io.holdfast.dual.DualStorage;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Two schemas behind one storage, whose answers are compared. */
final class DualSchemas implements BeforeEachCallback, AfterEachCallback {

  private final PostgresServer first = new PostgresServer();
  private final PostgresServer second = new PostgresServer();
  private final Queue<Divergence> divergences = new ConcurrentLinkedQueue<>();
  private final List<DualStorage> opened = new ArrayList<>();

  @Override
  public void beforeEach(ExtensionContext context) {
    open(first.storage());
  }

  @CanIgnoreReturnValue
  private DualStorage open(UnifiedStorage leading) {
    DualOptions options =
        DualOptions.DEFAULT.withMode(DualMode.READ_VALIDATION).onDivergence(divergences::add);
    DualStorage dual = Await.value(DualStorage.open(leading, second.storage(), options));
    opened.add(dual);
    return dual;
  }

  PostgresServer first() {
    return first;
  }

  UnifiedStorage second() {
    return second.storage();
  }

  DualStorage storage() {
    return opened.get(opened.size() - 1);
  }

  DualStorage reopen() {
    close();
    return open(first.reopen());
  }

  /** The leading side open to read only, and the other one as it is. */
  DualStorage openToRead() {
    DualStorage writing = storage();
    DualStorage reading = open(first.open(first.currentUrl() + "&upgrade=no"));
    opened.remove(reading);
    opened.add(opened.indexOf(writing), reading);
    return reading;
  }

  private void close() {
    opened.forEach(dual -> Await.done(dual.close()));
  }

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    close();
    opened.clear();
    first.afterEach(context);
    second.afterEach(context);
    assertThat(divergences).as("answers that differed").isEmpty();
  }
}
