package io.holdfast.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.Holdfast;
import io.holdfast.UnifiedStorage;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

/** The code that README.md shows. */
class ReadmeExamplesTest {

  @TempDir private Path directory;

  @Test
  void opens_a_directory() {
    UnifiedStorage storage = Holdfast.open("file:" + directory).block();
    UnifiedStorage reader = Holdfast.open("file:" + directory + "?access=read").block();

    Mono<UnifiedStorage> configured =
        FileStorage.create(
            FileConfiguration.builder(directory.resolve("other")).journalBytes(256 << 20).build());

    assertThat(storage).isNotNull();
    assertThat(reader).isNotNull();
    FreshDirectory.close(reader);
    FreshDirectory.close(storage);
    FreshDirectory.close(configured.block());
  }
}
