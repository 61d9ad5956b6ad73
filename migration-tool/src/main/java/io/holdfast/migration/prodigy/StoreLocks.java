package io.holdfast.migration.prodigy;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.holdfast.UnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The files by which a Prodigy process says that it works on a job. */
final class StoreLocks {

  static final String STALE = "stale-lock";
  static final String OTHER_HOST = "lock-of-another-host";

  private StoreLocks() {}

  /**
   * Why the lock in {@code document} is not in the way: a stable word. Fails with {@link
   * UnavailableException} if it is: the store is in use.
   */
  @CanIgnoreReturnValue
  static String requireNotAlive(StoreFile file, Members document) {
    String host = document.text("hostname", "");
    if (!mayBeThis(host, hostname())) {
      return OTHER_HOST;
    }
    long process = document.number("process_id", 0);
    Instant since = since(document);
    if (!isAlive(process, since)) {
      return STALE;
    }
    throw new UnavailableException(
        "The Prodigy store is in use: job %s is being resumed by process %d on %s since %s (%s)"
            .formatted(
                document.text("job_id", "?"),
                process,
                host.isEmpty() ? "this machine" : host,
                since == null ? "?" : since,
                file.name()));
  }

  private static @Nullable Instant since(Members document) {
    try {
      return document.time("acquired_at");
    } catch (Rejected e) {
      // Then the number of the process alone has to tell.
      return null;
    }
  }

  /** A process that was born after the lock was taken has only got the number of another one. */
  private static boolean isAlive(long process, @Nullable Instant since) {
    Optional<ProcessHandle> alive = ProcessHandle.of(process).filter(ProcessHandle::isAlive);
    Optional<Instant> born = alive.flatMap(handle -> handle.info().startInstant());
    return alive.isPresent()
        && (since == null || born.isEmpty() || !born.get().minusSeconds(2).isAfter(since));
  }

  /**
   * Whether {@code host}, as a lock has it, may be the machine called {@code here}. In doubt it is:
   * a name may be there without its domain, or not at all, and Prodigy writes "unknown" where it
   * does not know its own.
   */
  static boolean mayBeThis(String host, String here) {
    return host.isEmpty()
        || host.equals("unknown")
        || here.isEmpty()
        || withoutDomain(host).equalsIgnoreCase(withoutDomain(here));
  }

  private static String withoutDomain(String host) {
    int dot = host.indexOf('.');
    return dot < 0 ? host : host.substring(0, dot);
  }

  /**
   * The name of this machine, as Prodigy would write it; empty if it is not known. Asks the system
   * first: Java tells a name only if it finds an address for it.
   */
  static String hostname() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    } catch (IOException e) {
      // Not Linux.
      return hostnameWithAddress();
    }
  }

  private static String hostnameWithAddress() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "";
    }
  }

  /**
   * Looks at the locks before anything else is read. Fails with {@link UnavailableException} if one
   * of them says that the store is in use.
   */
  static void requireNoneAlive(List<StoreRoot> roots) throws IOException {
    for (StoreRoot root : roots) {
      Path locks = root.path().resolve("resume_locks");
      if (Files.isDirectory(locks)) {
        try (Stream<Path> found = Files.list(locks)) {
          found
              .filter(path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS))
              .forEach(path -> check(new StoreFile(root, path)));
        }
      }
    }
  }

  private static void check(StoreFile file) {
    try {
      Document lock = Document.of(DocumentReader.bytes(file), true);
      if (Shape.of(lock.tree()) == Shape.RESUME_LOCK) {
        requireNotAlive(file, lock.members());
      }
    } catch (Rejected e) {
      // Not a lock that tells who holds it: the survey says so.
      return;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
