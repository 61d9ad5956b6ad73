package io.holdfast.file;

import io.holdfast.InvalidInputException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How a {@link FileStorage} is opened. */
public final class FileConfiguration {

  /** The smallest journal that triggers a checkpoint: 64 KiB. */
  public static final long JOURNAL_BYTES_MIN = 1 << 16;

  /** The largest journal that triggers a checkpoint: 16 GiB. */
  public static final long JOURNAL_BYTES_MAX = 1L << 34;

  private final Path directory;
  private final Access access;
  private final Clock clock;
  private final long journalBytes;
  private final Duration transactionTimeout;

  private FileConfiguration(Builder builder) {
    directory = Objects.requireNonNull(builder.directory, "directory");
    access = builder.access;
    clock = builder.clock;
    journalBytes = builder.journalBytes;
    transactionTimeout = builder.transactionTimeout;
  }

  /** What the opened storage may do. */
  public enum Access {
    /** Read and write; one process at a time has the directory. */
    READ_WRITE,
    /** Read what another process writes; any number of processes. Every write fails. */
    READ
  }

  /** Starts with the defaults; the directory has none. */
  public static Builder builder(Path directory) {
    return new Builder(directory);
  }

  Path directory() {
    return directory;
  }

  Access access() {
    return access;
  }

  Clock clock() {
    return clock;
  }

  long journalBytes() {
    return journalBytes;
  }

  Duration transactionTimeout() {
    return transactionTimeout;
  }

  @Override
  public String toString() {
    return "FileConfiguration[" + directory + ", " + access + ", journal " + journalBytes + " B]";
  }

  /** Builds a {@link FileConfiguration}. */
  public static final class Builder {

    private @Nullable Path directory;
    private Access access = Access.READ_WRITE;
    private Clock clock = Clock.systemUTC();
    private long journalBytes = 64 << 20;
    private Duration transactionTimeout = Duration.ofSeconds(60);

    private Builder(Path directory) {
      this.directory = Objects.requireNonNull(directory, "directory");
    }

    /** Where the files are. No default; it is created if it is missing and may be written. */
    public Builder directory(Path chosen) {
      this.directory = Objects.requireNonNull(chosen, "directory");
      return this;
    }

    /** What the storage may do. Default {@link Access#READ_WRITE}. */
    public Builder access(Access chosen) {
      this.access = Objects.requireNonNull(chosen, "access");
      return this;
    }

    /** The storage's clock, for times and leases. Default the system's; it should not go back. */
    public Builder clock(Clock chosen) {
      this.clock = Objects.requireNonNull(chosen, "clock");
      return this;
    }

    /**
     * How large the journal grows before a checkpoint. Default 64 MiB; bytes, 64 KiB to 16 GiB.
     * More means fewer checkpoints, and longer recovery after a crash.
     */
    public Builder journalBytes(long bytes) {
      if (bytes < JOURNAL_BYTES_MIN || bytes > JOURNAL_BYTES_MAX) {
        throw new InvalidInputException(
            "journal size",
            "must be " + JOURNAL_BYTES_MIN + " to " + JOURNAL_BYTES_MAX + " bytes, was " + bytes);
      }
      this.journalBytes = bytes;
      return this;
    }

    /**
     * How long a transaction may keep other writes waiting; then it is rolled back and fails with
     * {@link io.holdfast.UnavailableException}. Default 60 s; 1 ms to 1 day.
     */
    public Builder transactionTimeout(Duration limit) {
      if (limit.compareTo(Duration.ofMillis(1)) < 0 || limit.compareTo(Duration.ofDays(1)) > 0) {
        throw new InvalidInputException(
            "transaction timeout", "must be 1 ms to 1 day, was " + limit);
      }
      this.transactionTimeout = limit;
      return this;
    }

    /** The configuration as it is now. */
    public FileConfiguration build() {
      return new FileConfiguration(this);
    }
  }
}
