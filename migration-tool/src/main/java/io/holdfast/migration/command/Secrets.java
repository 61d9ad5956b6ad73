package io.holdfast.migration.command;

import java.util.regex.Pattern;

/** Takes passwords out of what is about to be printed, wherever they come from. */
final class Secrets {

  // Up to the last @: a password that nobody has percent-encoded may hold anything but white space.
  private static final Pattern IN_AUTHORITY = Pattern.compile("(://[^:/?#@\\s']*):\\S*@");
  // A URL without the //, which is none.
  private static final Pattern IN_OPAQUE = Pattern.compile("(postgres(?:ql)?:/?)(?!/)\\S*@");
  private static final Pattern IN_QUERY = Pattern.compile("(?i)(password=)[^&\\s']*");

  private Secrets() {}

  static String removeFrom(String text) {
    String authority = IN_AUTHORITY.matcher(text).replaceAll("$1:***@");
    String opaque = IN_OPAQUE.matcher(authority).replaceAll("$1***@");
    return IN_QUERY.matcher(opaque).replaceAll("$1***");
  }
}
