package io.holdfast.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.checkpoint.Checkpoint;
import io.holdfast.checkpoint.CheckpointRetention;
import io.holdfast.contract.Await;
import io.holdfast.contract.SlowHistory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How much room a long history of a large state takes. */
class CheckpointSizeIT {

  private static final Logger LOG = LoggerFactory.getLogger(CheckpointSizeIT.class);

  @RegisterExtension final FreshDirectory directory = new FreshDirectory();

  @Test
  void versions_of_a_slowly_changing_megabyte_take_what_has_changed() throws IOException {
    check(200);
  }

  @Test
  @Tag("soak")
  void a_thousand_versions_of_a_slowly_changing_megabyte_take_less_than_forty() throws IOException {
    check(1_000);
    LOG.info(SlowHistory.latency(directory.storage()));
  }

  private void check(int versions) throws IOException {
    long start = System.nanoTime();
    Checkpoint last = SlowHistory.save(directory.storage(), versions);
    double saving = (System.nanoTime() - start) / 1e9;
    // The journal is not history: it is let go of.
    directory.reopen();

    long bytes = bytes(directory.path());
    LOG.info("{} versions: {} bytes, {} s to save", versions, bytes, saving);
    assertThat(bytes).isLessThan(SlowHistory.bytesMax(versions));
    assertThat(Await.value(directory.storage().checkpoints().findLatest(SlowHistory.WORKFLOW)))
        .isEqualTo(last);
    assertThat(
            Await.value(
                directory
                    .storage()
                    .checkpoints()
                    .prune(SlowHistory.WORKFLOW, CheckpointRetention.last(1))))
        .isEqualTo(versions - 1L);
    directory.reopen();
    assertThat(bytes(directory.path())).as("what nothing needs is gone").isLessThan(3_000_000);
    assertThat(Await.value(directory.storage().checkpoints().findLatest(SlowHistory.WORKFLOW)))
        .isEqualTo(last);
  }

  /** But for the journal, which is no history: it is let go of once it is in the files. */
  private static long bytes(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(file -> Files.isRegularFile(file) && !file.toString().contains("journal-"))
          .mapToLong(CheckpointSizeIT::size)
          .sum();
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
