package io.holdfast;

import java.util.HashSet;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * What full text means: a word is a run of characters that are neither ASCII punctuation nor ASCII
 * white space or control characters; ASCII letters count in either case alike, and of a long word
 * the first {@value #CHARS_MAX} characters. Nothing depends on a language.
 */
public final class Words {

  /** How much of a word counts, in code points. */
  public static final int CHARS_MAX = 100;

  private Words() {}

  /** The words of a text. */
  public static Set<String> of(String text) {
    Set<String> words = new HashSet<>();
    collect(text, words);
    return words;
  }

  /** The words of all strings in a document, not of its member names. */
  public static Set<String> in(JsonNode document) {
    Set<String> words = new HashSet<>();
    collect(document, words);
    return words;
  }

  private static void collect(JsonNode node, Set<String> words) {
    if (node.isString()) {
      collect(node.stringValue(), words);
    } else if (node.isContainer()) {
      node.forEach(child -> collect(child, words));
    }
  }

  private static void collect(String text, Set<String> words) {
    int from = 0;
    for (int at = 0; at <= text.length(); at++) {
      if (at == text.length() || separates(text.charAt(at))) {
        if (at > from) {
          words.add(word(text.substring(from, at)));
        }
        from = at + 1;
      }
    }
  }

  private static String word(String run) {
    String cut =
        run.codePointCount(0, run.length()) <= CHARS_MAX
            ? run
            : run.substring(0, run.offsetByCodePoints(0, CHARS_MAX));
    return lowerCase(cut);
  }

  private static String lowerCase(String word) {
    StringBuilder lower = new StringBuilder(word);
    for (int i = 0; i < lower.length(); i++) {
      char c = lower.charAt(i);
      if (c >= 'A' && c <= 'Z') {
        lower.setCharAt(i, (char) (c + 'a' - 'A'));
      }
    }
    return lower.toString();
  }

  private static boolean separates(char c) {
    boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    boolean digit = c >= '0' && c <= '9';
    return c < 0x80 && !letter && !digit;
  }

  /**
   * The words of a text that is searched for.
   *
   * @throws InvalidInputException if no backend could keep such a text
   */
  public static Set<String> asked(String text) {
    return of(Names.checkText("search text", text));
  }
}
