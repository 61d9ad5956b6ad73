package io.holdfast.postgres;

import io.holdfast.Json;
import io.holdfast.event.Event;
import io.holdfast.event.EventBatch;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Appends a chain of batches in one statement, all of them or none: a round trip and, outside a
 * transaction, one commit. It decides by itself whether one is a repeat, or in conflict, and then
 * writes nothing, so that a conflict does not spoil a transaction around it.
 */
final class AppendStatement {

  /** See the function: it judges each head once it is locked, and writes behind the floor. */
  private static final String APPEND =
      """
      SELECT versions, is_good, is_held, positions, now_micros
      FROM {schema}.append_events($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15,
        $16, $17, $18)
      """;

  private final int tag;
  private final String append;

  AppendStatement(SchemaName schema, int tag) {
    this.tag = tag;
    this.append = schema.in(APPEND);
  }

  /** What the statement says. */
  sealed interface Answer {}

  /** All is written, to these positions, after these versions of the jobs, at this time. */
  record Written(Numbers versions, Numbers positions, Instant now) implements Answer {}

  /** One of the batches was appended before. */
  record Known() implements Answer {}

  /** Another transaction holds a head. */
  record Held() implements Answer {}

  /** The jobs are at these versions, and not all where they should be. */
  record Refused(Numbers versions) implements Answer {}

  /** Waits for whoever holds one of the heads. */
  Mono<Answer> run(SqlRunner runner, Chain chain) {
    return run(false, runner, chain);
  }

  /** Waits for nobody for more than a moment: fails with {@link WouldWait} then. */
  Mono<Answer> runInPassing(SqlRunner runner, Chain chain) {
    return run(true, runner, chain).onErrorMap(SqlErrors::isLockTimeout, WouldWait::new);
  }

  private Mono<Answer> run(boolean inPassing, SqlRunner runner, Chain chain) {
    return runner
        .list(statement(inPassing, chain), AppendStatement::answer)
        .map(rows -> rows.get(0));
  }

  private static Answer answer(Columns row) {
    if (row.isNull(0)) {
      return new Known();
    }
    if (row.flag(2)) {
      return new Held();
    }
    return row.flag(1)
        ? new Written(row.numbers(0), row.numbers(3), CopyRow.time(row.number(4)))
        : new Refused(row.numbers(0));
  }

  private Sql statement(boolean inPassing, Chain chain) {
    List<Chain.Link> links = chain.links();
    List<EventBatch> batches = chain.batches();
    List<Chain.Part> parts = chain.parts();
    List<Object> arguments = new ArrayList<>(18);
    arguments.add(tag);
    arguments.add(inPassing);
    arguments.add(AskedGroup.names(links, link -> link.job().value()));
    arguments.add(links.stream().map(Chain.Link::expected).toArray(Long[]::new));
    arguments.add(links.stream().map(Chain.Link::events).toArray(Long[]::new));
    arguments.add(AskedGroup.names(batches, AskedGroup::firstJob));
    arguments.add(AskedGroup.names(batches, batch -> batch.id().value()));
    arguments.add(parts.stream().map(Chain.Part::batch).toArray(Integer[]::new));
    arguments.add(parts.stream().map(part -> part.link().number()).toArray(Integer[]::new));
    arguments.add(parts.stream().map(Chain.Part::past).toArray(Long[]::new));
    new Rows(parts).addTo(arguments);
    return new Sql(append, arguments);
  }

  /** The events of all parts, column by column. */
  private static final class Rows {

    private final Integer[] numbers;
    private final Long[] nth;
    private final @Nullable Instant[] times;
    private final String[] types;
    private final @Nullable String[] ids;
    private final @Nullable String[] correlations;
    private final @Nullable String[] agents;
    private final ByteArrayOutputStream data = new ByteArrayOutputStream(512);
    private int size;

    Rows(List<Chain.Part> parts) {
      int count = parts.stream().mapToInt(part -> part.events().events().size()).sum();
      numbers = new Integer[count];
      nth = new Long[count];
      times = new Instant[count];
      types = new String[count];
      ids = new String[count];
      correlations = new String[count];
      agents = new String[count];
      data.write('[');
      parts.forEach(this::add);
      data.write(']');
    }

    private void add(Chain.Part part) {
      long past = part.past();
      for (Event event : part.events().events()) {
        numbers[size] = part.link().number();
        nth[size] = ++past;
        times[size] = event.createdAt();
        types[size] = event.type();
        ids[size] = event.origin().id();
        correlations[size] = event.origin().correlationId();
        agents[size] = event.origin().agentId();
        if (size > 0) {
          data.write(',');
        }
        data.writeBytes(event.data().utf8());
        size++;
      }
    }

    /** All data as one JSON array: the driver has none of JSON, and text[] escapes each quote. */
    void addTo(List<Object> arguments) {
      arguments.addAll(List.of(numbers, nth, times, types, ids, correlations, agents));
      arguments.add(Sql.json(Json.ofStored(data.toByteArray())));
    }
  }
}
