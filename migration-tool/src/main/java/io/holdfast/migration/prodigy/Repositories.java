package io.holdfast.migration.prodigy;

import io.holdfast.InvalidInputException;
import io.holdfast.Names;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which repository a session or a job belongs to: only the places of other files say it. */
final class Repositories {

  private static final String UNKNOWN = "unknown";

  private final Map<String, String> byId = new HashMap<>();

  /** Learns from where {@code file} is. */
  void learn(StoreFile file) {
    List<String> place = file.segments();
    int depth = place.size();
    switch (place.get(0)) {
      case "events" -> {
        if (depth >= 4) {
          put(place.get(2), place.get(1));
        }
      }
      case "dlq" -> {
        String job = file.jobOfItems();
        if (depth >= 4 && job != null) {
          put(job, place.get(1));
        }
      }
      case "orphaned_worktrees" -> {
        if (depth == 3) {
          put(file.stem(), place.get(1));
        }
      }
      case "state" -> {
        if (depth >= 6 && place.get(3).equals("jobs")) {
          put(place.get(4), place.get(1));
        } else if (depth >= 6 && place.get(3).equals("mapreduce")) {
          put(place.get(2), place.get(1));
        } else if (depth == 4 && place.get(2).equals("mappings")) {
          put(file.stem(), place.get(1));
        }
      }
      default -> {}
    }
  }

  /** Learns that {@code id} belongs where {@code file} is. */
  void learn(String id, StoreFile file) {
    List<String> place = file.segments();
    if (file.root().repository() != null) {
      put(id, file.root().repository());
    } else if (place.size() == 4 && place.get(0).equals("state")) {
      put(id, place.get(1));
    }
  }

  private void put(String id, String repository) {
    try {
      byId.putIfAbsent(id, Names.check("repository", repository));
    } catch (InvalidInputException e) {
      // The name of a directory that cannot be a name here: as good as unknown.
    }
  }

  /** The repository of a session, or that of its job; {@code "unknown"} if neither is known. */
  String of(String session, @Nullable String job) {
    String own = byId.get(session);
    return own != null ? own : byId.getOrDefault(job == null ? session : job, UNKNOWN);
  }
}
