package io.holdfast.migration.prodigy;

import io.holdfast.Names;
import io.holdfast.migration.copy.Intake.Action;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/** The checkpoints of every workflow, from all the places where Prodigy saves them. */
final class SavedProgress {

  private static final Comparator<Saved> BY_TIME =
      Comparator.comparing((Saved saved) -> saved.document.time())
          .thenComparing(saved -> saved.document.file().name());

  private final NavigableMap<String, List<Saved>> byWorkflow = new TreeMap<>(Names.ORDER);
  private final List<Version> versions = new ArrayList<>();

  private record Saved(Kept document, long number) {}

  /** A checkpoint of {@code workflow} that has got its version. */
  record Version(String workflow, long version, Kept document) {}

  /** {@code number} is the version that its place says, or -1. */
  void add(String workflow, long number, Kept document) {
    byWorkflow
        .computeIfAbsent(workflow, unknown -> new ArrayList<>(1))
        .add(new Saved(document, number));
  }

  /**
   * Gives all of them their versions: the number in the file's name where all of a workflow have
   * one, otherwise 1, 2, 3 in the order of time. Says what is imported.
   */
  void number(Witness witness) {
    byWorkflow.forEach(
        (workflow, all) -> {
          List<Saved> distinct = distinct(all, witness);
          if (distinct.stream().allMatch(saved -> saved.number >= 0)) {
            numberByName(workflow, newestOfEach(distinct, witness), witness);
          } else {
            numberByTime(workflow, distinct, witness);
          }
        });
    byWorkflow.clear();
  }

  private static List<Saved> distinct(List<Saved> all, Witness witness) {
    Set<String> seen = new HashSet<>();
    List<Saved> distinct = new ArrayList<>();
    for (Saved saved : all.stream().sorted(BY_TIME).toList()) {
      if (seen.add(saved.document.digest())) {
        distinct.add(saved);
      } else {
        tell(saved, Action.MERGED, Shelf.DUPLICATE, witness);
      }
    }
    return distinct;
  }

  private static List<Saved> newestOfEach(List<Saved> oldestFirst, Witness witness) {
    Map<Long, Saved> newest = new HashMap<>();
    for (Saved saved : oldestFirst) {
      Saved older = newest.put(saved.number, saved);
      if (older != null) {
        tell(older, Action.SKIPPED, Shelf.OLDER_COPY, witness);
      }
    }
    return newest.values().stream().sorted(Comparator.comparingLong(Saved::number)).toList();
  }

  /** A storage begins with 1: where Prodigy began with 0, all move up. */
  private void numberByName(String workflow, List<Saved> byNumber, Witness witness) {
    int shift = byNumber.get(0).number == 0 ? 1 : 0;
    for (Saved saved : byNumber) {
      Kept document = saved.document;
      add(
          new Version(
              workflow,
              saved.number + shift,
              shift == 0 ? document : document.with(Notes.VERSION_SHIFTED)),
          witness);
    }
  }

  private void numberByTime(String workflow, List<Saved> byTime, Witness witness) {
    for (int i = 0; i < byTime.size(); i++) {
      add(new Version(workflow, i + 1L, byTime.get(i).document), witness);
    }
  }

  private void add(Version version, Witness witness) {
    versions.add(version);
    Shelf.tell(Intakes.CHECKPOINTS, version.document, witness);
  }

  private static void tell(Saved saved, Action action, String reason, Witness witness) {
    witness.sees(Intakes.CHECKPOINTS, action, reason, saved.document.place(), "");
  }

  /** All of them in the order in which a storage exports them. */
  List<Version> all() {
    return versions;
  }
}
