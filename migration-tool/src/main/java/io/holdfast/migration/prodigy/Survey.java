package io.holdfast.migration.prodigy;

import io.holdfast.migration.copy.Intake.Action;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Goes through all files of a store once, in the order of their names, and decides what becomes of
 * each by what it holds.
 */
final class Survey {

  /** Beside the store: what programs printed, and the working copies of repositories. */
  private static final Set<String> NOT_STORAGE = Set.of("logs", "worktrees");

  private final boolean keepEnvironment;
  private final Witness witness;
  private final Catalogue catalogue;
  private final DocumentSurvey documents;
  private final EventSurvey events;

  Survey(boolean keepEnvironment, Intakes intakes, Catalogue catalogue, EventSurvey events) {
    this.keepEnvironment = keepEnvironment;
    this.witness = intakes;
    this.catalogue = catalogue;
    this.documents = new DocumentSurvey(catalogue, intakes);
    this.events = events;
  }

  /** Goes through all that is in {@code root}. */
  void walk(StoreRoot root) {
    walk(root, root.path());
  }

  /** First the files, so that those of one directory stay together, then the directories. */
  private void walk(StoreRoot root, Path directory) {
    List<Path> inside = new ArrayList<>();
    events.leaveDirectory();
    for (Path path : list(root, directory)) {
      StoreFile file = new StoreFile(root, path);
      if (Files.isSymbolicLink(path)) {
        skip(file, "symbolic-link");
      } else if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
        inside.add(path);
      } else if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
        look(file);
      } else {
        skip(file, "not-a-file");
      }
    }
    for (Path next : inside) {
      boolean isStorage =
          !directory.equals(root.path())
              || !NOT_STORAGE.contains(String.valueOf(next.getFileName()));
      if (isStorage) {
        walk(root, next);
      } else {
        skip(new StoreFile(root, next), "not-storage");
      }
    }
  }

  private List<Path> list(StoreRoot root, Path directory) {
    try (Stream<Path> found = Files.list(directory)) {
      // By their bytes: two names may look the same where their characters are not known.
      return found.sorted().toList();
    } catch (IOException e) {
      reject(new StoreFile(root, directory), Rejected.of(e));
      return List.of();
    } catch (UncheckedIOException e) {
      reject(new StoreFile(root, directory), new Rejected(Rejected.UNREADABLE, e.toString()));
      return List.of();
    }
  }

  private void look(StoreFile file) {
    String name = file.lastName();
    String leftover = Leftovers.reason(name);
    if (leftover != null) {
      skip(file, leftover);
      return;
    }
    catalogue.repositories().learn(file);
    try {
      if (name.contains(".jsonl")) {
        events.take(file);
      } else {
        lookInto(file);
      }
    } catch (Rejected e) {
      reject(file, e);
    } catch (IOException e) {
      reject(file, Rejected.of(e));
    }
  }

  private void lookInto(StoreFile file) throws IOException {
    Document document;
    try {
      document = Document.of(DocumentReader.bytes(file), keepEnvironment);
    } catch (Rejected e) {
      if (!startsWithEvent(file)) {
        throw e;
      }
      events.take(file);
      return;
    }
    Shape shape = Shape.of(document.tree());
    if (shape == Shape.EVENT) {
      events.take(file);
    } else if (shape == Shape.LETTERS) {
      // What is dropped from one of them is not said of all.
      documents.takeLetters(file, Document.of(DocumentReader.bytes(file), true), keepEnvironment);
    } else if (shape != null) {
      documents.take(file, shape, document);
    } else {
      skip(file, Rejected.UNRECOGNISED);
    }
  }

  /** A file of events by another name, which may be larger than any document. */
  private static boolean startsWithEvent(StoreFile file) throws IOException {
    try (Lines lines = new Lines(Inflated.open(file.path()))) {
      Lines.Line first = lines.next();
      return first != null && Shape.isEvent(Document.of(first.bytes(), true).tree());
    } catch (Rejected e) {
      return false;
    }
  }

  private void skip(StoreFile file, String reason) {
    witness.sees(Intakes.FILES, Action.SKIPPED, reason, Place.of(file), "");
  }

  /** What should be a document is missed; anything else was never one. */
  private void reject(StoreFile file, Rejected e) {
    if (file.lastName().endsWith(".lock")) {
      skip(file, "lock");
    } else if (Leftovers.isDocument(file.lastName()) || e.reason().equals(Rejected.UNREADABLE)) {
      witness.sees(file.kindByPlace(), Action.REJECTED, e.reason(), Place.of(file), e.detail());
    } else {
      skip(file, Rejected.UNRECOGNISED);
    }
  }
}
