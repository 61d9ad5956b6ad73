package io.holdfast.migration;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Parts of a test's source that a page prints to the letter. */
record Printed(String source) {

  /** Those of a test of this package. */
  static Printed in(Class<?> test) throws IOException {
    return new Printed(
        Files.readString(
            Path.of("src/test/java/io/holdfast/migration", test.getSimpleName() + ".java")));
  }

  String example(String tag) {
    String begin = "// tag::" + tag + "\n";
    return source
        .substring(source.indexOf(begin) + begin.length(), source.indexOf("// end::" + tag))
        .stripTrailing()
        .stripIndent();
  }
}
