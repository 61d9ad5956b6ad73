package io.holdfast.benchmarks;

import io.holdfast.Holdfast;
import io.holdfast.UnifiedStorage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import reactor.core.publisher.Mono;

/**
 * How long do the everyday operations on sessions and checkpoints take, with a million sessions,
 * beside a single statement by the bare driver?
 */
final class DocumentsScenario implements Scenario {

  private static final int[] CALLERS = {1, 16};
  private static final int CALLERS_MAX = 16;
  private static final int ROUNDS = 3;
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String SCHEMA = "documents";

  @Override
  public String name() {
    return "documents";
  }

  /** An operation, and the statement of the bare driver that it is held against. */
  private record Question(String name, IntFunction<Mono<?>> ours, IntFunction<Mono<?>> ceiling) {}

  /** How long the answers to a question took, in microseconds. */
  private record Answers(Question question, Histogram ours, Histogram ceiling) {

    static Answers to(Question question) {
      return new Answers(question, new Histogram(3), new Histogram(3));
    }
  }

  @Override
  public List<Metric> run(Server server, boolean quick) throws Exception {
    int sessions = quick ? 100_000 : 1_000_000;
    Duration time = quick ? Duration.ofMillis(500) : Duration.ofMillis(1_500);
    UnifiedStorage storage =
        Holdfast.open(server.url(SCHEMA, CALLERS_MAX)).blockOptional(PATIENCE).orElseThrow();
    SampleDocuments documents = new SampleDocuments(storage, sessions, CALLERS_MAX);
    fill(server, documents, sessions);

    List<Metric> metrics = new ArrayList<>();
    try (BareDriver bare = new BareDriver(server, CALLERS_MAX)) {
      for (int callers : CALLERS) {
        metrics.addAll(measure(callers, questions(documents, bare, sessions), time));
      }
    }
    storage.close().block(PATIENCE);
    return metrics;
  }

  private static void fill(Server server, SampleDocuments documents, int sessions)
      throws Exception {
    long start = System.nanoTime();
    documents.load();
    System.err.printf("  loaded %,d sessions in %.1f s%n", sessions, seconds(start));
    BareDriver.fill(server, sessions);
    server.execute("VACUUM (ANALYZE) " + SCHEMA + ".sessions");
    server.execute("CHECKPOINT");
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  private static List<Question> questions(
      SampleDocuments documents, BareDriver bare, int sessions) {
    IntFunction<Mono<?>> select = c -> bare.select(c, SampleDocuments.id(any(c, sessions)));
    IntFunction<Mono<?>> update =
        c -> {
          int n = any(c, sessions);
          return bare.update(c, SampleDocuments.id(n), SampleDocuments.data(n));
        };
    return List.of(
        new Question("session_get", c -> documents.get(any(c, sessions)), select),
        new Question("session_update", c -> documents.update(any(c, sessions)), update),
        new Question("checkpoint_save", documents::save, update),
        new Question("checkpoint_latest", documents::latest, select),
        new Question("execution_start", documents::start, update),
        new Question("execution_start_same_workflow", c -> documents.start(0), update),
        new Question(
            "complete_step", c -> documents.completeStep(c, any(c, sessions), true), update),
        new Question(
            "complete_step_one_by_one",
            c -> documents.completeStep(c, any(c, sessions), false),
            update));
  }

  /** One of the caller's sessions. */
  private static int any(int caller, int sessions) {
    int own = sessions / CALLERS_MAX;
    return caller * own + ThreadLocalRandom.current().nextInt(own);
  }

  /** Ours and the ceiling in turn, so that a slow spell hits both; the first round warms up. */
  private List<Metric> measure(int callers, List<Question> questions, Duration time) {
    List<Answers> all = questions.stream().map(Answers::to).toList();
    for (int round = 0; round <= ROUNDS; round++) {
      for (Answers answers : all) {
        Histogram ours = ClosedLoop.run(callers, time, answers.question().ours());
        Histogram ceiling = ClosedLoop.run(callers, time, answers.question().ceiling());
        if (round > 0) {
          answers.ours().add(ours);
          answers.ceiling().add(ceiling);
        }
      }
    }
    System.err.printf(
        "  %-30s %8s %8s %8s   %8s %8s %8s  ms, %d callers%n",
        "", "p50", "p99", "p99.9", "ceiling", "p99", "p99.9", callers);
    return all.stream().flatMap(answers -> report(callers, answers)).toList();
  }

  private Stream<Metric> report(int callers, Answers answers) {
    Histogram ours = answers.ours();
    Histogram ceiling = answers.ceiling();
    String question = answers.question().name();
    System.err.printf(
        "  %-30s %8.2f %8.2f %8.2f   %8.2f %8.2f %8.2f%n",
        question,
        millis(ours, 50),
        millis(ours, 99),
        millis(ours, 99.9),
        millis(ceiling, 50),
        millis(ceiling, 99),
        millis(ceiling, 99.9));
    return Stream.concat(
        metrics(question, callers, "", ours).stream(),
        metrics(question, callers, "_ceiling", ceiling).stream());
  }

  private List<Metric> metrics(String question, int callers, String suffix, Histogram micros) {
    String end = "_" + callers + "_callers" + suffix;
    return List.of(
        new Metric(name(), question + "_p50_ms" + end, millis(micros, 50), "ms"),
        new Metric(name(), question + "_p99_ms" + end, millis(micros, 99), "ms"),
        new Metric(name(), question + "_p999_ms" + end, millis(micros, 99.9), "ms"));
  }

  private static double millis(Histogram micros, double percent) {
    return micros.getValueAtPercentile(percent) / 1_000.0;
  }
}
