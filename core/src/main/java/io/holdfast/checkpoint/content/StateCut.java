package io.holdfast.checkpoint.content;

import java.util.Arrays;

/**
 * Where the canonical form of a state is cut into pieces: behind commas between members and
 * elements, at whatever depth, about every {@link #PIECE_BYTES} bytes. A member that is as long as
 * that is a piece of its own. Of shorter ones, what they say decides whether the cut is behind
 * them, so that an insertion moves the cuts in its neighbourhood and no others. A long string is
 * cut at fixed distances from its beginning: one that grows at its end keeps its pieces.
 */
final class StateCut {

  static final int PIECE_BYTES = 1 << 10;
  static final int PIECE_BYTES_MAX = 1 << 14;

  /** Keeps the directory small beside what it lists. */
  private static final int PIECE_BYTES_MIN = 1 << 8;

  private static final int SPREAD = 0x9E3779B1;

  private final byte[] canonical;
  private int[] ends = new int[16];
  private int pieces;
  private int pieceStart;
  private int memberStart;
  private int fingerprint;
  private boolean inString;
  private boolean escaped;

  private StateCut(byte[] canonical) {
    this.canonical = canonical;
  }

  /** Where each piece ends; the last one ends with the state. */
  static int[] ends(byte[] canonical) {
    StateCut cut = new StateCut(canonical);
    for (int i = 0; i < canonical.length; i++) {
      cut.step(i);
    }
    if (cut.pieceStart < canonical.length) {
      cut.cutAt(canonical.length);
    }
    return Arrays.copyOf(cut.ends, cut.pieces);
  }

  private void step(int at) {
    byte b = canonical[at];
    fingerprint = 31 * fingerprint + b;
    boolean memberEnds = b == ',' && !inString;
    trackString(b);
    int end = at + 1;
    if (isTooLong(end) || (memberEnds && isCutBehindMember(end))) {
      cutAt(end);
    }
    if (memberEnds) {
      memberStart = end;
      fingerprint = 0;
    }
  }

  private boolean isTooLong(int end) {
    return end - pieceStart >= PIECE_BYTES_MAX || (end - memberStart) % PIECE_BYTES_MAX == 0;
  }

  private boolean isCutBehindMember(int end) {
    // Ten bits: the longer the member, the likelier; certain from a kibibyte on.
    int chance = (fingerprint * SPREAD) >>> 22;
    return end - pieceStart >= PIECE_BYTES_MIN && chance < end - memberStart;
  }

  private void trackString(byte b) {
    if (escaped) {
      escaped = false;
    } else if (b == '\\') {
      escaped = inString;
    } else if (b == '"') {
      inString = !inString;
    }
  }

  private void cutAt(int end) {
    if (pieces == ends.length) {
      ends = Arrays.copyOf(ends, 2 * pieces);
    }
    ends[pieces++] = end;
    pieceStart = end;
  }
}
