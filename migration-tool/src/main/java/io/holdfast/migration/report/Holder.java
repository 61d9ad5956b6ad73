package io.holdfast.migration.report;

import java.lang.management.ManagementFactory;

/** Names the process that copies: its number and the host's name. */
public final class Holder {

  private static final String HERE = ManagementFactory.getRuntimeMXBean().getName();

  private Holder() {}

  /** This process. */
  public static String current() {
    return HERE;
  }

  /**
   * True if {@code holder} was a process of this host that has ended: nobody has to wait for its
   * lease. If it should be wrong, where processes of several containers share a host's name, the
   * other one fails at its next chunk, and writes nothing of it.
   */
  static boolean isGone(String holder) {
    int at = holder.indexOf('@');
    return at > 0
        && holder.substring(at).equals(HERE.substring(HERE.indexOf('@')))
        && isNumber(holder.substring(0, at))
        && ProcessHandle.of(Long.parseLong(holder.substring(0, at))).isEmpty();
  }

  private static boolean isNumber(String text) {
    return text.matches("[0-9]{1,18}");
  }
}
