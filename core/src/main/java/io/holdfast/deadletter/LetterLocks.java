package io.holdfast.deadletter;

import io.holdfast.JobId;
import io.holdfast.Names;
import io.holdfast.lock.LockName;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The locks around the dead letters of a job. */
final class LetterLocks {

  /** Whoever works on a job has this together with others; whoever works on all jobs, alone. */
  static final LockName REPROCESSING = new LockName("dead-letters.reprocessing");

  private LetterLocks() {}

  static LockName reprocessing(JobId job) {
    return of("dead-letters.reprocessing/", job);
  }

  static LockName adding(JobId job) {
    return of("dead-letters.adding/", job);
  }

  /** Of a name that is too long with what stands before it, the SHA-256. */
  private static LockName of(String what, JobId job) {
    String name = job.value();
    boolean fits = what.length() + name.length() <= Names.NAME_CHARS_MAX;
    return new LockName(what + (fits ? name : "sha256/" + sha256(name)));
  }

  private static String sha256(String name) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(name.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
