package io.holdfast.migration.copy;

import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBarRenderer;
import me.tongfei.progressbar.ProgressState;

/** One line of progress: title, bar, per cent, records, rate, time left, kind. */
final class ProgressLine implements ProgressBarRenderer {

  private static final int BAR_COLUMNS = 24;
  private static final String EIGHTHS = " ▏▎▍▌▋▊▉";

  private final boolean withBar;
  private long drawn = -1;
  private String line = "";

  ProgressLine(boolean withBar) {
    this.withBar = withBar;
  }

  /** The same again until there is progress, so that the end is not said twice. */
  @Override
  public synchronized String render(ProgressState state, int columns) {
    if (state.getCurrent() != drawn) {
      drawn = state.getCurrent();
      line = draw(state, columns);
    }
    return line;
  }

  private String draw(ProgressState state, int columns) {
    if (!withBar && state.getCurrent() == 0 && state.getMax() > 0) {
      return "";
    }
    // What was added while this ran must not show more than everything.
    long total = Math.max(state.getMax(), state.getCurrent());
    double share = total == 0 ? 1 : (double) state.getCurrent() / total;
    String text =
        String.format(
            Locale.ROOT,
            "%-10s%s %3d%%  %,d of %,d  %s%s",
            state.getTaskName(),
            withBar ? bar(share) : "",
            (int) (100 * share),
            state.getCurrent(),
            total,
            isTold(state) ? String.format(Locale.ROOT, "%,d/s  ", rate(state)) : "",
            state.getCurrent() < total
                ? "%s left  %s".formatted(left(state, share), state.getExtraMessage())
                : "");
    return withBar ? fit(text, columns) : text.stripTrailing();
  }

  /** Padded, so that nothing of a longer line before stays on the screen. */
  private static String fit(String text, int columns) {
    return String.format("%-" + columns + "s", text).substring(0, columns);
  }

  private static String bar(double share) {
    int eighths = (int) Math.round(share * BAR_COLUMNS * 8);
    StringBuilder bar = new StringBuilder("█".repeat(eighths / 8));
    if (bar.length() < BAR_COLUMNS) {
      bar.append(EIGHTHS.charAt(eighths % 8));
    }
    return "▕" + bar + " ".repeat(BAR_COLUMNS - bar.length()) + "▏";
  }

  /** What went by in the first moment says nothing about the rest. */
  private static boolean isTold(ProgressState state) {
    return state.getTotalElapsed().toMillis() >= 500;
  }

  private static long rate(ProgressState state) {
    return state.getCurrent() * 1_000 / state.getTotalElapsed().toMillis();
  }

  private static String left(ProgressState state, double share) {
    if (share == 0 || !isTold(state)) {
      return "?";
    }
    double seconds = state.getTotalElapsed().toMillis() / 1_000.0;
    Duration left = Duration.ofSeconds((long) (seconds / share - seconds));
    return "%d:%02d".formatted(left.toMinutes(), left.toSecondsPart());
  }
}
