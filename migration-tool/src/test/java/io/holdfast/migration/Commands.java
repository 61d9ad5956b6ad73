package io.holdfast.migration;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.holdfast.Holdfast;
import io.holdfast.RecordKind;
import io.holdfast.UnifiedStorage;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Runs the command line in this process. */
public final class Commands {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private Commands() {}

  /**
   * What came of a command.
   *
   * @param exitCode what the process would have ended with
   * @param out what it printed
   * @param err what it complained about
   */
  public record Result(int exitCode, String out, String err) {}

  /** Executes {@code holdfast args...}. */
  public static Result run(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode =
        HoldfastCommand.commandLine()
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(args);
    return new Result(exitCode, out.toString(), err.toString());
  }

  /** As {@link #run}, for a command that has to succeed. */
  @CanIgnoreReturnValue
  public static Result succeed(String... args) {
    Result result = run(args);
    assertThat(result.exitCode()).as(result.out() + result.err()).isZero();
    return result;
  }

  /** As {@link #run}, with {@code lines} on the standard input. */
  public static Result runWithInput(String lines, String... args) {
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream(lines.getBytes(StandardCharsets.UTF_8)));
    try {
      return run(args);
    } finally {
      System.setIn(before);
    }
  }

  /** Opens a storage, does {@code work}, closes it again, so that a command may open it. */
  @CanIgnoreReturnValue
  public static <T> @Nullable T with(String url, Function<UnifiedStorage, Mono<T>> work) {
    return Mono.usingWhen(Holdfast.open(url), work, UnifiedStorage::close).block(PATIENCE);
  }

  /** Copies the first {@code count} records of one kind, as a migration that is broken off does. */
  public static <R> Mono<Long> copySome(
      UnifiedStorage source, String to, RecordKind<R> kind, int count) {
    return Mono.usingWhen(
        Holdfast.open(to),
        target ->
            source
                .transfer(kind)
                .export()
                .take(count)
                .collectList()
                .flatMap(target.transfer(kind)::load),
        UnifiedStorage::close);
  }
}
