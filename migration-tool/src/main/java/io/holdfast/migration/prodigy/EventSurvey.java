package io.holdfast.migration.prodigy;

import io.holdfast.UnavailableException;
import io.holdfast.migration.copy.Intake.Action;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Looks at the files of events: reads every line, and keeps none. */
final class EventSurvey implements AutoCloseable {

  private final boolean keepEnvironment;
  private final Intakes intakes;
  private final Twins twins = new Twins();
  private final List<EventDirectory> directories = new ArrayList<>();
  private final List<EventFile> files = new ArrayList<>();
  private @Nullable EventDirectory directory;
  private long lines;

  EventSurvey(boolean keepEnvironment, Intakes intakes) throws IOException {
    this.keepEnvironment = keepEnvironment;
    this.intakes = intakes;
  }

  /** What comes next is in another directory. */
  void leaveDirectory() {
    directory = null;
  }

  /** Takes the events of {@code file}; fails if it cannot be opened. */
  void take(StoreFile file) throws IOException {
    EventFile numbered = new EventFile(file, lines);
    try (EventReader reader = new EventReader(file, keepEnvironment, intakes)) {
      files.add(numbered);
      directory().add(numbered);
      EventMapping event = reader.next();
      while (event != null) {
        take(numbered, event, reader.lastLine());
        event = reader.next();
      }
      lines += reader.lastLine();
    }
  }

  private void take(EventFile file, EventMapping event, long line) {
    directory().starts(event.time());
    intakes.sees(Intakes.EVENTS, Action.IMPORTED, "", Place.of(file.file()), "");
    try {
      twins.add(event, file.firstLine() + line - 1);
    } catch (IOException e) {
      // Not a fault of the file that is read.
      throw new UnavailableException("Cannot write temporary files: " + e.getMessage(), e);
    }
  }

  private EventDirectory directory() {
    if (directory == null) {
      directory = new EventDirectory(directories.size());
      directories.add(directory);
    }
    return Objects.requireNonNull(directory);
  }

  /** Everything has been found: leaves out what is there twice. */
  Events complete() throws IOException {
    twins.compare();
    MarkedLines places = new MarkedLines(files, lines);
    places.each(twins.same(), place -> intakes.merged(Intakes.EVENTS, Shelf.DUPLICATE, place));
    places.each(
        twins.sameId(),
        place -> intakes.sees(Intakes.EVENTS, Action.NORMALISED, Notes.SAME_ID, place, ""));
    return new Events(directories, twins.same(), intakes.imported(Intakes.EVENTS), keepEnvironment);
  }

  @Override
  public void close() throws IOException {
    twins.close();
  }
}
