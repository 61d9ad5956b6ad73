package io.holdfast.migration.copy;

import java.io.PrintWriter;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;

/** Shows progress as a bar that is redrawn, or without a screen as a line a second. */
public final class ProgressDisplay implements Progress {

  private static final int REDRAW_MILLIS = 100;
  private static final int LINE_MILLIS = 1_000;

  private final PrintWriter out;
  private final Terminal terminal;

  /** Draws on {@code out}, which is what {@code terminal} describes. */
  public ProgressDisplay(PrintWriter out, Terminal terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  @Override
  public Task start(String title, long total) {
    Lines lines = new Lines();
    ProgressBar bar =
        new ProgressBarBuilder()
            .setTaskName(title)
            .setInitialMax(total)
            .setUpdateIntervalMillis(terminal.interactive() ? REDRAW_MILLIS : LINE_MILLIS)
            .setRenderer(new ProgressLine(terminal.interactive()))
            .setConsumer(lines)
            .build();
    return new BarTask(bar, lines);
  }

  /** Writes each new line over the one before, or below it. */
  private final class Lines implements ProgressBarConsumer {

    private String last = "";

    @Override
    public int getMaxRenderedLength() {
      return Math.max(1, terminal.columns() - 1);
    }

    @Override
    public synchronized void accept(String line) {
      if (!line.equals(last)) {
        last = line;
        out.print(terminal.interactive() ? "\r" + line : line + System.lineSeparator());
        out.flush();
      }
    }

    /** A bar that ends before it was drawn is never told, so this is repeatable. */
    @Override
    public synchronized void close() {
      if (!last.isEmpty()) {
        last = "";
        out.print(terminal.interactive() ? System.lineSeparator() : "");
        out.flush();
      }
    }
  }

  private record BarTask(ProgressBar bar, Lines lines) implements Task {

    @Override
    public void advance(String kind, long records) {
      bar.setExtraMessage(kind);
      bar.stepBy(records);
    }

    @Override
    public void close() {
      bar.close();
      lines.close();
    }
  }
}
