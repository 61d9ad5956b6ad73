package io.holdfast.event;

import io.holdfast.InvalidInputException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What the data of events is indexed for. */
public enum SearchIndex {
  /** For nothing: filters on data look at all events in the way. Appends pay nothing. */
  OFF,
  /** For containment, and for conditions by which a path of names is equal to something. */
  CONTAINMENT,
  /** For words. */
  TEXT;

  /** The word for it on the command line and in the store. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Finds it by its word.
   *
   * @throws InvalidInputException if there is no such index
   */
  public static SearchIndex of(String word) {
    return Arrays.stream(values())
        .filter(index -> index.word().equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "search index",
                    Arrays.stream(values())
                            .map(SearchIndex::word)
                            .collect(Collectors.joining(", ", "must be one of ", ""))
                        + ", was "
                        + word));
  }
}
