package io.holdfast;

import java.util.Arrays;

/** Where the members of objects stand that {@link PlainJson} is writing, the innermost last. */
final class MemberPlaces {

  /** Up to here it is quickest to sort by insertion. */
  private static final int MEMBERS_MAX = 64;

  private final Utf8Buffer out;
  private int[] stretches = new int[2 * 16];
  private int[] nameEnds = new int[16];
  private int size;

  MemberPlaces(Utf8Buffer out) {
    this.out = out;
  }

  int size() {
    return size;
  }

  void clear() {
    size = 0;
  }

  /** A comma, the name in quotes, which end before {@code nameEnd}, a colon and the value. */
  void add(int from, int nameEnd, int to) {
    if (size == nameEnds.length) {
      stretches = Arrays.copyOf(stretches, 2 * stretches.length);
      nameEnds = Arrays.copyOf(nameEnds, 2 * nameEnds.length);
    }
    put(size, from, nameEnd, to);
    size++;
  }

  /**
   * Puts the members of an object in order, those from {@code first} on, which were written from
   * {@code begin} on. False if a name is there twice, or there are many.
   */
  boolean close(int first, int begin) {
    boolean moved = false;
    for (int member = first + 1; member < size; member++) {
      if (member - first == MEMBERS_MAX) {
        return false;
      }
      int slot = member;
      int order = 1;
      while (slot > first && order > 0) {
        order = compareNames(slot - 1, member);
        slot -= order > 0 ? 1 : 0;
      }
      if (order == 0) {
        return false;
      }
      if (slot < member) {
        move(member, slot);
        moved = true;
      }
    }
    if (moved) {
      int[] inOrder = Arrays.copyOfRange(stretches, 2 * first, 2 * size);
      out.rearrange(begin, inOrder, size - first);
    }
    size = first;
    return true;
  }

  private int compareNames(int left, int right) {
    return out.compare(nameFrom(left), nameEnds[left], nameFrom(right), nameEnds[right]);
  }

  private int nameFrom(int member) {
    return stretches[2 * member] + ",\"".length();
  }

  private void move(int member, int slot) {
    int from = stretches[2 * member];
    int nameEnd = nameEnds[member];
    int to = stretches[2 * member + 1];
    System.arraycopy(stretches, 2 * slot, stretches, 2 * slot + 2, 2 * (member - slot));
    System.arraycopy(nameEnds, slot, nameEnds, slot + 1, member - slot);
    put(slot, from, nameEnd, to);
  }

  private void put(int member, int from, int nameEnd, int to) {
    stretches[2 * member] = from;
    stretches[2 * member + 1] = to;
    nameEnds[member] = nameEnd;
  }
}
