package io.holdfast.migration.copy;

/**
 * Where output goes.
 *
 * @param interactive true if a person watches it on a screen
 * @param columns how wide the screen is
 */
public record Terminal(boolean interactive, int columns) {

  private static final int COLUMNS_DEFAULT = 100;

  /** No screen: a file, a pipe, a build log. */
  public static final Terminal NONE = new Terminal(false, COLUMNS_DEFAULT);

  /** What this process writes to, as the launcher found out; otherwise no screen. */
  public static Terminal current() {
    return new Terminal(
        Boolean.getBoolean("holdfast.terminal"),
        Integer.getInteger("holdfast.columns", COLUMNS_DEFAULT));
  }

  /**
   * {@code text} as it may be shown: what could move the cursor, or turn the direction of writing,
   * is spelled out.
   */
  public static String printable(String text) {
    return text.codePoints().noneMatch(Terminal::isUnsafe) ? text : spellOut(text);
  }

  private static String spellOut(String text) {
    StringBuilder shown = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              if (isUnsafe(c)) {
                shown.append(String.format("\\u%04x", c));
              } else {
                shown.appendCodePoint(c);
              }
            });
    return shown.toString();
  }

  private static boolean isUnsafe(int codePoint) {
    return Character.isISOControl(codePoint)
        || (codePoint >= 0x202a && codePoint <= 0x202e)
        || (codePoint >= 0x2066 && codePoint <= 0x2069);
  }
}
