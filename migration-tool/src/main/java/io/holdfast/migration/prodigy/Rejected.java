package io.holdfast.migration.prodigy;

import io.holdfast.InvalidInputException;
import java.io.EOFException;
import java.io.IOException;
import java.util.Locale;

/** Why something cannot be taken. Never leaves this package. */
final class Rejected extends RuntimeException {

  static final String NOT_JSON = "not-json";
  static final String CUT_OFF = "cut-off";
  static final String TOO_LARGE = "too-large";
  static final String TOO_DEEP = "too-deep";
  static final String UNRECOGNISED = "unrecognised";
  static final String UNREADABLE = "unreadable";
  static final String INFLATES_TOO_MUCH = "inflates-too-much";

  private static final int DETAIL_CHARS_MAX = 500;

  private static final long serialVersionUID = 1L;

  private final String reason;

  /** {@code reason} is a stable word, {@code detail} is for people. */
  Rejected(String reason, String detail) {
    // Thrown once a bad line: without the costs of a stack trace.
    super(cut(detail), null, false, false);
    this.reason = reason;
  }

  /** A detail may quote what stands in a file, which may be long. */
  private static String cut(String detail) {
    if (detail.length() <= DETAIL_CHARS_MAX) {
      return detail;
    }
    boolean halves = Character.isHighSurrogate(detail.charAt(DETAIL_CHARS_MAX - 1));
    return detail.substring(0, halves ? DETAIL_CHARS_MAX - 1 : DETAIL_CHARS_MAX) + "...";
  }

  /** What core does not take. */
  static Rejected of(InvalidInputException e) {
    String detail = String.valueOf(e.getMessage());
    return new Rejected(e.what().equals("JSON") ? json(detail) : invalid(e.what()), detail);
  }

  /** What the file system, or a damaged compressed file, does not give. */
  static Rejected of(IOException e) {
    return new Rejected(e instanceof EOFException ? CUT_OFF : UNREADABLE, e.toString());
  }

  private static String json(String detail) {
    if (detail.contains("ends too early")) {
      return CUT_OFF;
    }
    if (detail.contains("nested deeper")) {
      return TOO_DEEP;
    }
    return detail.contains("at most") ? TOO_LARGE : NOT_JSON;
  }

  /** {@code invalid-job-id}; of a thing with a name, as "dead letter a/b", without the name. */
  private static String invalid(String what) {
    String words = what.toLowerCase(Locale.ROOT).replaceAll("[^a-z ].*", "").strip();
    return "invalid-" + words.replace(' ', '-');
  }

  String reason() {
    return reason;
  }

  String detail() {
    return String.valueOf(getMessage());
  }
}
