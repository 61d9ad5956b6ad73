package io.holdfast.migration.report;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/**
 * Names the process that copies: {@code 4711@host}, where its number means something, and what
 * nobody else has.
 */
public final class Holder {

  private static final String SPACE = space();

  private static final String HERE =
      ManagementFactory.getRuntimeMXBean().getName() + SPACE + UUID.randomUUID();

  private Holder() {}

  /** This process. */
  public static String current() {
    return HERE;
  }

  /**
   * True if {@code holder} was a process of this start of this host that has ended: nobody has to
   * wait for its lease.
   */
  public static boolean isGone(String holder) {
    int at = holder.indexOf('@');
    int end = holder.indexOf(SPACE);
    return at > 0
        && end > at
        && SPACE.length() > 2
        && holder.substring(at, end).equals(HERE.substring(HERE.indexOf('@'), HERE.indexOf(SPACE)))
        && holder.substring(0, at).matches("[0-9]{1,18}")
        && ProcessHandle.of(Long.parseLong(holder.substring(0, at))).isEmpty();
  }

  /**
   * Where process numbers are the same: one start of one host, and there one name space, as each
   * container has its own. Two blanks where the system does not tell.
   */
  private static String space() {
    try {
      String boot = Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
      String numbers = Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString();
      return " " + boot + "/" + numbers + " ";
    } catch (IOException | UnsupportedOperationException e) {
      return "  ";
    }
  }
}
