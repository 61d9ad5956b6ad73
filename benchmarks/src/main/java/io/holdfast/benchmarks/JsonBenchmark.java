package io.holdfast.benchmarks;

import io.holdfast.Json;
import io.holdfast.event.JobEvent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What a document costs at the border, and what its canonical form costs a migration. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class JsonBenchmark {

  private final JobEvent event = SampleEvents.event(4_711, Instant.EPOCH);
  private final Json document = event.event().data();
  private final byte[] utf8 = document.toString().getBytes(StandardCharsets.UTF_8);

  /** Checking 200 bytes from a caller. */
  @Benchmark
  public Json check() {
    return Json.ofUtf8(utf8);
  }

  /** Writing its canonical form. */
  @Benchmark
  public byte[] canonical() {
    return document.canonical();
  }
}
