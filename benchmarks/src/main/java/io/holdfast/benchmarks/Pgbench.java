package io.holdfast.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL's own benchmark program: single-row inserts of the sample events into an identical
 * table, prepared, each a transaction, with nothing promised.
 */
final class Pgbench {

  private static final Pattern RATE = Pattern.compile("(?m)^tps = ([0-9.]+)");

  private static final String INSERT =
      """
      \\set n random(1, 1000000000)
      INSERT INTO %s.events (version, created_at, job_id, event_type, event_id, correlation_id,
        agent_id, data)
      VALUES (:n, now(), 'mapreduce-1759305600000-' || :n %% 1000, 'agent_progress', NULL,
        'correlation-' || :n %% 500, 'agent-' || :n %% 64,
        ('{"success": true, "agent": "agent-11", "item": "item_' || :n || '", "step": 11, '
        '"duration_ms": 4711, "commits": ["0a1b2c3d"], '
        '"log": "/var/log/orchestrator/agents/agent-11/run.jsonl"}')::jsonb);
      """;

  private final Path program;

  private Pgbench(Path program) {
    this.program = program;
  }

  /** The program that is installed. */
  static Pgbench find() throws IOException {
    Path found = onPath();
    if (found == null) {
      found = inDebian();
    }
    if (found == null) {
      throw new IllegalStateException(
          "pgbench is not installed. Debian and Ubuntu have it in postgresql-contrib:"
              + " apt-get install postgresql-contrib");
    }
    return new Pgbench(found);
  }

  private static @Nullable Path onPath() {
    for (String directory : Objects.requireNonNullElse(System.getenv("PATH"), "").split(":", -1)) {
      Path candidate = Path.of(directory, "pgbench");
      if (Files.isExecutable(candidate)) {
        return candidate;
      }
    }
    return null;
  }

  private static @Nullable Path inDebian() throws IOException {
    Path versions = Path.of("/usr/lib/postgresql");
    if (!Files.isDirectory(versions)) {
      return null;
    }
    try (Stream<Path> all = Files.list(versions)) {
      return all.map(version -> version.resolve("bin/pgbench"))
          .filter(Files::isExecutable)
          .findFirst()
          .orElse(null);
    }
  }

  /** How many rows a second {@code clients} insert in {@code seconds}. */
  double rate(Server server, String schema, int clients, int seconds)
      throws IOException, InterruptedException {
    Path script = Files.createTempFile("insert", ".sql");
    try {
      Files.writeString(script, INSERT.formatted(schema));
      return run(server, script, clients, seconds);
    } finally {
      Files.delete(script);
    }
  }

  private double run(Server server, Path script, int clients, int seconds)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(program.toString(), "-n", "-M", "prepared"));
    command.addAll(List.of("-f", script.toString(), "-T", Integer.toString(seconds)));
    command.addAll(List.of("-c", Integer.toString(clients), "-j", clients == 1 ? "1" : "2"));
    command.addAll(List.of("-h", "localhost", "-p", Integer.toString(server.port())));
    command.addAll(List.of("-U", "postgres", "postgres"));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("PGPASSWORD", "postgres");
    builder.environment().put("PGOPTIONS", Server.NO_TRIGGERS);
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    Matcher rate = RATE.matcher(output);
    if (process.waitFor() != 0 || !rate.find()) {
      throw new IllegalStateException("pgbench failed: " + output);
    }
    return Double.parseDouble(rate.group(1));
  }
}
