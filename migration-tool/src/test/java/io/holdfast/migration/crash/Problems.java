package io.holdfast.migration.crash;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What is not as it has to be. */
final class Problems {

  private static final int CHARS_MAX = 400;

  private final List<String> all = new ArrayList<>();

  List<String> all() {
    return List.copyOf(all);
  }

  void require(String what, Object expected, Object found) {
    if (!expected.equals(found)) {
      all.add(cut(what + ": expected " + expected + ", found " + found));
    }
  }

  /** Says what is missing and what is too much, rather than all there is. */
  <T> void requireSame(String what, Set<T> expected, Set<T> found) {
    if (!expected.equals(found)) {
      all.add(
          cut(what + ": missing " + without(expected, found))
              + cut(", too many " + without(found, expected)));
    }
  }

  private static <T> Set<T> without(Set<T> some, Set<T> others) {
    Set<T> rest = new HashSet<>(some);
    rest.removeAll(others);
    return rest;
  }

  private static String cut(String text) {
    return text.length() <= CHARS_MAX ? text : text.substring(0, CHARS_MAX) + "...";
  }
}
