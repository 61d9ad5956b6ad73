package io.holdfast;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.Comparator;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a name and a free text may be, the same in every backend, and the order names are kept in.
 */
public final class Names {

  /** The longest name, in UTF-16 characters. */
  public static final int NAME_CHARS_MAX = 255;

  /** The longest free text (an error message, a description), in UTF-16 characters. */
  public static final int TEXT_CHARS_MAX = 1_000_000;

  /**
   * The order of names in every store: by code point, which is the byte order of their UTF-8 and of
   * PostgreSQL's collation "C".
   */
  public static final Comparator<String> ORDER = Names::compareCodePoints;

  /** What tells the names made by this process from those of all others. */
  private static final String PROCESS =
      Long.toHexString(ThreadLocalRandom.current().nextLong() ^ System.nanoTime());

  /** Enough for 8,900 years. */
  private static final int TIME_DIGITS = 12;

  private static final AtomicLong MADE = new AtomicLong();

  private Names() {}

  /**
   * A name that nobody else has. It begins with the time, so that such names lie close together in
   * an index. Unlike {@link java.util.UUID#randomUUID}, it reads no random device, so it never
   * blocks.
   */
  public static String unique() {
    // Not String.format: that costs as much as all else that an append does in this process.
    String time = Long.toHexString(System.currentTimeMillis());
    String number = Long.toHexString(MADE.incrementAndGet());
    return "0".repeat(TIME_DIGITS - time.length()) + time + '-' + PROCESS + '-' + number;
  }

  /**
   * Returns {@code value} if it is 1 to 255 characters, none of them a control character or half of
   * a surrogate pair. Everything else is legal and distinct: slashes, quotes, emoji, case.
   *
   * @throws InvalidInputException otherwise
   */
  @CanIgnoreReturnValue
  public static String check(String what, String value) {
    Objects.requireNonNull(value, what);
    if (value.isEmpty()) {
      throw new InvalidInputException(what, "must not be empty");
    }
    if (value.length() > NAME_CHARS_MAX) {
      throw new InvalidInputException(
          what, "at most " + NAME_CHARS_MAX + " characters, was " + value.length());
    }
    for (int i = 0; i < value.length(); i++) {
      if (Character.isISOControl(value.charAt(i))) {
        throw new InvalidInputException(what, "control character", "character " + i);
      }
    }
    return checkSurrogates(what, value);
  }

  /**
   * Returns {@code value} if it is free text that every backend can keep: at most a million
   * characters, no NUL, no half of a surrogate pair.
   *
   * @throws InvalidInputException otherwise
   */
  @CanIgnoreReturnValue
  public static String checkText(String what, String value) {
    Objects.requireNonNull(value, what);
    if (value.length() > TEXT_CHARS_MAX) {
      throw new InvalidInputException(
          what, "at most " + TEXT_CHARS_MAX + " characters, was " + value.length());
    }
    int nul = value.indexOf('\0');
    if (nul >= 0) {
      throw new InvalidInputException(what, "NUL character", "character " + nul);
    }
    return checkSurrogates(what, value);
  }

  private static String checkSurrogates(String what, String value) {
    int at = loneSurrogate(value);
    if (at >= 0) {
      throw new InvalidInputException(what, "lone surrogate", "character " + at);
    }
    return value;
  }

  /**
   * The index of the first half of a surrogate pair without its other half; -1 if there is none.
   */
  static int loneSurrogate(String value) {
    int i = 0;
    while (i < value.length()) {
      int codePoint = value.codePointAt(i);
      if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
        return i;
      }
      i += Character.charCount(codePoint);
    }
    return -1;
  }

  private static int compareCodePoints(String left, String right) {
    int length = Math.min(left.length(), right.length());
    for (int i = 0; i < length; i++) {
      char a = left.charAt(i);
      char b = right.charAt(i);
      if (a != b) {
        // Surrogates sort below U+E000..U+FFFF as characters, above them as code points.
        if (Character.isSurrogate(a) != Character.isSurrogate(b)) {
          return Character.isSurrogate(a) ? 1 : -1;
        }
        return Character.compare(a, b);
      }
    }
    return Integer.compare(left.length(), right.length());
  }
}
