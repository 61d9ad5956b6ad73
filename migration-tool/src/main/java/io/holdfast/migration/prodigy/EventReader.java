package io.holdfast.migration.prodigy;

import io.holdfast.migration.copy.Intake.Action;
import io.holdfast.migration.prodigy.Lines.Line;
import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads the events of one file; what is none is said and left out. */
final class EventReader implements Closeable {

  private final StoreFile file;
  private final @Nullable String directoryJob;
  private final boolean keepEnvironment;
  private final Witness witness;
  private final Lines lines;
  private long lastLine;

  EventReader(StoreFile file, boolean keepEnvironment, Witness witness) throws IOException {
    this.file = file;
    this.directoryJob = file.jobOfEvents();
    this.keepEnvironment = keepEnvironment;
    this.witness = witness;
    this.lines = new Lines(Inflated.open(file.path()));
  }

  /** The next event; {@code null} at the end, and where the file is damaged. */
  @Nullable EventMapping next() {
    Line line = nextLine();
    while (line != null) {
      EventMapping event = line.isBlank() ? null : map(line);
      if (event != null) {
        return event;
      }
      line = nextLine();
    }
    return null;
  }

  private @Nullable Line nextLine() {
    try {
      Line line = lines.next();
      lastLine = line == null ? lastLine : line.number();
      return line;
    } catch (IOException e) {
      return damaged(Rejected.of(e));
    } catch (Rejected e) {
      return damaged(e);
    }
  }

  private @Nullable Line damaged(Rejected why) {
    Line line = lines.failed();
    lastLine = line.number();
    witness.sees(Intakes.EVENTS, Action.REJECTED, why.reason(), place(line), why.detail());
    return null;
  }

  private @Nullable EventMapping map(Line line) {
    try {
      if (line.tooLong()) {
        throw new Rejected(Rejected.TOO_LARGE, "a line longer than a document may be");
      }
      Document document = Document.of(line.bytes(), keepEnvironment);
      EventMapping event = EventMapping.map(document, directoryJob);
      document
          .notes()
          .reasons()
          .forEach(note -> witness.sees(Intakes.EVENTS, Action.NORMALISED, note, place(line), ""));
      return event;
    } catch (Rejected e) {
      witness.sees(Intakes.EVENTS, Action.REJECTED, e.reason(), place(line), e.detail());
      return null;
    }
  }

  private Place place(Line line) {
    return Place.of(file, line.number(), line.offset());
  }

  /** The place of the event that was read last. */
  long lastLine() {
    return lastLine;
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
