package io.holdfast.postgres;

import io.holdfast.event.Event;
import io.holdfast.event.JobEvents;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.SynchronousSink;

/** The events of a group as rows of a COPY, encoded as they are sent. */
final class GroupRows {

  /** Events of one job that follow each other, with positions or without. */
  record Run(JobEvents part, long before, Numbers positions, int from) {}

  private final List<Run> runs;
  private final long nowMicros;
  private int run;
  private int nth;
  private byte[] job = {};
  private boolean isBegun;
  private boolean isOver;

  private GroupRows(List<Run> runs, long nowMicros) {
    this.runs = runs;
    this.nowMicros = nowMicros;
  }

  /** Events without a time get {@code nowMicros}, counted as PostgreSQL does. */
  static Publisher<ByteBuf> of(List<Run> runs, long nowMicros) {
    return Flux.generate(() -> new GroupRows(runs, nowMicros), GroupRows::next);
  }

  private GroupRows next(SynchronousSink<ByteBuf> sink) {
    if (isOver) {
      sink.complete();
      return this;
    }
    CopyRow row = new CopyRow();
    if (!isBegun) {
      row.header();
      isBegun = true;
    }
    while (run < runs.size() && row.hasRoom()) {
      write(row);
    }
    if (run == runs.size()) {
      row.trailer();
      isOver = true;
    }
    sink.next(row.toBuffer());
    return this;
  }

  private void write(CopyRow row) {
    Run current = runs.get(run);
    if (nth == 0) {
      job = current.part().job().value().getBytes(StandardCharsets.UTF_8);
    }
    Event event = current.part().events().get(nth);
    if (current.positions().size() == 0) {
      row.start(8);
    } else {
      row.start(9);
      row.number(current.positions().get(current.from() + nth));
    }
    row.number(current.before() + nth + 1);
    row.number(event.createdAt() == null ? nowMicros : CopyRow.micros(event.createdAt()));
    row.bytes(job);
    row.text(event.type());
    row.text(event.origin().id());
    row.text(event.origin().correlationId());
    row.text(event.origin().agentId());
    row.jsonb(event.data().utf8());
    nth++;
    if (nth == current.part().events().size()) {
      nth = 0;
      run++;
    }
  }
}
