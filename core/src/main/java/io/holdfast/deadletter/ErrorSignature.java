package io.holdfast.deadletter;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * What groups like failures: the error type and the first ten words of the message, without words
 * that differ from one failure to the next, which are paths and words with digits.
 */
final class ErrorSignature {

  private static final int WORDS = 10;
  private static final int CHARS_MAX = 500;

  private ErrorSignature() {}

  static String of(String errorType, String message) {
    String head = message.substring(0, Math.min(message.length(), 10 * CHARS_MAX));
    String words =
        Arrays.stream(head.split("\\s+"))
            .filter(word -> word.chars().noneMatch(c -> c == '/' || c == '\\'))
            .filter(word -> word.chars().noneMatch(Character::isDigit))
            .filter(word -> !word.isEmpty())
            .limit(WORDS)
            .collect(Collectors.joining(" "));
    return cut(errorType + "::" + words);
  }

  private static String cut(String text) {
    if (text.length() <= CHARS_MAX) {
      return text;
    }
    // Never between the halves of a surrogate pair.
    int end = Character.isHighSurrogate(text.charAt(CHARS_MAX - 1)) ? CHARS_MAX - 1 : CHARS_MAX;
    return text.substring(0, end);
  }
}
