package io.holdfast.migration.prodigy;

import io.holdfast.migration.copy.Intake.Action;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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
      return found.sorted(Comparator.comparing(Path::toString)).toList();
    } catch (IOException e) {
      reject(new StoreFile(root, directory), Rejected.of(e));
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
    byte[] bytes = DocumentReader.bytes(file);
    Document document;
    try {
      document = Document.of(bytes, keepEnvironment);
    } catch (Rejected e) {
      if (!startsWithEvent(bytes)) {
        throw e;
      }
      events.take(file);
      return;
    }
    Shape shape = Shape.of(document.tree());
    if (shape == Shape.EVENT) {
      events.take(file);
    } else if (shape != null) {
      documents.take(file, shape, document);
    } else {
      skip(file, Rejected.UNRECOGNISED);
    }
  }

  /** A file of events by another name. */
  private boolean startsWithEvent(byte[] bytes) {
    int end = 0;
    while (end < bytes.length && bytes[end] != '\n') {
      end++;
    }
    Document first = end == bytes.length ? null : parse(Arrays.copyOf(bytes, end));
    return first != null && Shape.isEvent(first.tree());
  }

  private @Nullable Document parse(byte[] line) {
    try {
      return Document.of(line, keepEnvironment);
    } catch (Rejected e) {
      return null;
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
