package io.holdfast.migration.prodigy;

import io.holdfast.UnavailableException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A file of the store. */
record StoreFile(StoreRoot root, Path path) {

  /** How a report calls it: its place below the store, or that of a project with its directory. */
  String name() {
    return root.shown() + String.join("/", segments());
  }

  /** The directories below the root, and the file. */
  List<String> segments() {
    List<String> segments = new ArrayList<>();
    root.path().relativize(path).forEach(segment -> segments.add(segment.toString()));
    return segments;
  }

  /** Its name without directories. */
  String lastName() {
    return String.valueOf(path.getFileName());
  }

  /** {@link #lastName} up to the first dot. */
  String stem() {
    String name = lastName();
    int dot = name.indexOf('.', 1);
    return dot < 0 ? name : name.substring(0, dot);
  }

  /** The job whose events are in its directory, as far as that tells; otherwise {@code null}. */
  @Nullable String jobOfEvents() {
    List<String> segments = segments();
    int last = segments.size() - 2;
    if (last >= 2 && segments.get(last).equals("events") && segments.get(last - 2).equals("jobs")) {
      return segments.get(last - 1);
    }
    String directory = last < 0 ? "events" : segments.get(last);
    return directory.equals("events") || directory.equals("archive") ? null : directory;
  }

  /** The nearest directory that is not one of {@code items}, which is the job of dead letters. */
  @Nullable String jobOfItems() {
    List<String> segments = segments();
    int last = segments.size() - 2;
    if (last >= 0 && segments.get(last).equals("items")) {
      last--;
    }
    return last < 0 ? null : segments.get(last);
  }

  /** What its place says that it would be if it could be read: the name of a kind, or files. */
  String kindByPlace() {
    List<String> segments = segments();
    if (lastName().contains(".jsonl")) {
      return Intakes.EVENTS;
    }
    if (lastName().equals("index.json") || lastName().equals("metadata.json")) {
      return Intakes.FILES;
    }
    if (lastName().startsWith("session_")) {
      return Intakes.SESSIONS;
    }
    if (segments.contains("mappings")) {
      return Intakes.MAPPINGS;
    }
    if (segments.contains("items") || segments.get(0).equals("dlq")) {
      return Intakes.LETTERS;
    }
    return switch (segments.get(0)) {
      case "sessions" -> segments.size() == 2 ? Intakes.SESSIONS : Intakes.CHECKPOINTS;
      case "state", "checkpoints" -> Intakes.CHECKPOINTS;
      case "workflows" -> Intakes.WORKFLOWS;
      case "orphaned_worktrees" -> Intakes.WORKTREES;
      default -> Intakes.FILES;
    };
  }

  /** Somebody has written to it between two readings. */
  UnavailableException changed() {
    return new UnavailableException("The Prodigy store has changed while it was read: " + name());
  }

  /** It could be read before. */
  UnavailableException unreadable(IOException e) {
    String why = String.valueOf(e.getMessage());
    if (e instanceof NoSuchFileException) {
      why = "it is not there any more";
    } else if (e instanceof AccessDeniedException) {
      why = "access is denied";
    }
    return new UnavailableException("Cannot read %s any more: %s".formatted(name(), why), e);
  }
}
