package io.holdfast.file;

import io.holdfast.UnavailableException;
import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Keeps other writers out of the directory, through the file {@code LOCK}. The operating system
 * lets go of it when the process ends, however it ends.
 */
final class DirectoryLock implements Closeable {

  /**
   * The directories this process writes to. Asked first: a file lock counts for a whole process,
   * and merely opening and closing the file again would lose it.
   */
  private static final Set<Path> MINE = ConcurrentHashMap.newKeySet();

  /** Behind the text, which has to stay readable where locks keep readers out. */
  private static final long LOCKED_AT = Long.MAX_VALUE - 1;

  private final Path directory;
  private final RandomAccessFile file;

  private DirectoryLock(Path directory, RandomAccessFile file) {
    this.directory = directory;
    this.file = file;
  }

  /**
   * True if a process writes to the directory. Takes the lock for a moment to find out, which
   * {@link #take} allows for, and never in the process that has it.
   */
  static boolean isTaken(Path root) throws IOException {
    Path directory = root.toRealPath();
    synchronized (MINE) {
      Path file = directory.resolve("LOCK");
      if (MINE.contains(directory) || !Files.exists(file)) {
        return MINE.contains(directory);
      }
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
          FileLock lock = channel.tryLock(LOCKED_AT, 1, true)) {
        return lock == null;
      }
    }
  }

  static DirectoryLock take(Path root) throws IOException {
    synchronized (MINE) {
      return takeAlone(root);
    }
  }

  private static DirectoryLock takeAlone(Path root) throws IOException {
    Path directory = root.toRealPath();
    if (!MINE.add(directory)) {
      throw new UnavailableException(root + " is in use by this process already");
    }
    RandomAccessFile file = null;
    try {
      file = new RandomAccessFile(directory.resolve("LOCK").toFile(), "rw");
      if (!lock(file.getChannel())) {
        throw new UnavailableException(root + " is in use by " + holder(directory));
      }
      file.setLength(0);
      file.write(self().getBytes(StandardCharsets.UTF_8));
      return new DirectoryLock(directory, file);
    } catch (Throwable e) {
      MINE.remove(directory);
      if (file != null) {
        file.close();
      }
      throw e;
    }
  }

  /** Tries for 50 ms: a reader may be finding out whether anybody writes. */
  private static boolean lock(FileChannel channel) throws IOException {
    long start = System.nanoTime();
    do {
      if (channel.tryLock(LOCKED_AT, 1, false) != null) {
        return true;
      }
      LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
    } while (System.nanoTime() - start < Duration.ofMillis(50).toNanos());
    return false;
  }

  private static String holder(Path directory) throws IOException {
    String text = Files.readString(directory.resolve("LOCK")).trim();
    return text.isEmpty() ? "another process" : text;
  }

  private static String self() {
    return "process " + ProcessHandle.current().pid() + " on " + host() + "\n";
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "this host";
    }
  }

  @Override
  public void close() throws IOException {
    try {
      file.close();
    } finally {
      MINE.remove(directory);
    }
  }
}
