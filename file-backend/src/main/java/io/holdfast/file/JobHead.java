package io.holdfast.file;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.JsonWriter;
import io.holdfast.Names;
import java.util.Comparator;

/** How far a job is, and between which positions its events lie. */
record JobHead(long version, long firstPosition, long lastPosition) {

  /** The order of names. */
  static final Comparator<JobId> BY_NAME = Comparator.comparing(JobId::value, Names.ORDER);

  /** A job without events. */
  static final JobHead NONE = new JobHead(0, 0, 0);

  /** With one more event. */
  JobHead at(long newVersion, long position) {
    return new JobHead(newVersion, version == 0 ? position : firstPosition, position);
  }

  /** The line of the job in an index. */
  Json encode(JobId job) {
    return new JsonWriter()
        .text("job", job.value())
        .number("version", version)
        .number("first", firstPosition)
        .number("last", lastPosition)
        .end();
  }

  /** What is known of a job from two sides. */
  static JobHead merge(JobHead one, JobHead other) {
    return new JobHead(
        Math.max(one.version(), other.version()),
        Math.min(one.firstPosition(), other.firstPosition()),
        Math.max(one.lastPosition(), other.lastPosition()));
  }
}
