package io.holdfast.migration.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SamePlaceTest {

  @ParameterizedTest
  @CsvSource({
    "postgresql://a:x@db/app, postgresql://b@DB:5432/app?schema=holdfast",
    "postgresql://db/app?schema=s&sslmode=require, postgres://db/app?connections=3&schema=s",
    "file:data, file:./data/",
    "file:/tmp/data, file:///tmp/data",
  })
  void sees_through_different_spellings(String left, String right) {
    assertThat(SamePlace.is(left, right)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "postgresql://db/app, postgresql://db/app?schema=other",
    "postgresql://db/app, postgresql://db/App",
    "postgresql://db/app, postgresql://db2/app",
    "postgresql://db/app, postgresql://db:5433/app",
    "file:data, file:data2",
    "file:data, postgresql://db/app",
  })
  void tells_different_places_apart(String left, String right) {
    assertThat(SamePlace.is(left, right)).isFalse();
  }

  @Test
  void follows_links(@TempDir Path directory) throws IOException {
    Path real = Files.createDirectory(directory.resolve("real"));
    Path link = Files.createSymbolicLink(directory.resolve("link"), real);

    assertThat(SamePlace.is("file:" + real, "file:" + link)).isTrue();
  }
}
