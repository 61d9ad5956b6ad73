package io.holdfast.migration.command;

import io.holdfast.InvalidInputException;
import io.holdfast.event.JobEvent;
import java.io.BufferedReader;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.SynchronousSink;
import reactor.core.scheduler.Schedulers;

/**
 * The events in lines of text, read as they are asked for. Ends before the first line that is not
 * an event, so that everything before it can be written; {@link #problem} then says what it was.
 */
final class EventLines {

  private final BufferedReader lines;
  private final EventLine format;
  private long number;
  private volatile @Nullable String problem;

  EventLines(BufferedReader lines, EventLine format) {
    this.lines = lines;
    this.format = format;
  }

  /** The events; to be subscribed to once. */
  Flux<JobEvent> read() {
    return Flux.<JobEvent>generate(this::next).subscribeOn(Schedulers.boundedElastic());
  }

  /** Why reading ended early: number of the line and reason; {@code null} if it did not. */
  @Nullable String problem() {
    return problem;
  }

  private void next(SynchronousSink<JobEvent> sink) {
    String line = "";
    try {
      while (line != null && line.isBlank()) {
        line = lines.readLine();
        number++;
      }
      if (line == null) {
        sink.complete();
      } else {
        sink.next(format.parse(line));
      }
    } catch (InvalidInputException e) {
      stop(sink, e.getMessage());
    } catch (IOException e) {
      stop(sink, e.toString());
    }
  }

  private void stop(SynchronousSink<JobEvent> sink, @Nullable String reason) {
    problem = "line " + number + ": " + reason;
    sink.complete();
  }
}
