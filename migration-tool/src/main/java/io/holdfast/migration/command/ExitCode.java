package io.holdfast.migration.command;

/** What the process ends with. */
public final class ExitCode {

  /** It was done. */
  public static final int OK = 0;

  /** It was not done, or differences were found. */
  public static final int FAILED = 1;

  /** It was not asked for properly. */
  public static final int USAGE = 2;

  /** The storage cannot be reached, or is not healthy. */
  public static final int UNAVAILABLE = 3;

  /** Ended by Ctrl-C. */
  public static final int INTERRUPTED = 130;

  private ExitCode() {}
}
