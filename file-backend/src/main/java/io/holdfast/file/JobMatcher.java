package io.holdfast.file;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.JsonWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Tells by its bytes whether an event belongs to one of a few jobs, so that others stay unparsed.
 */
final class JobMatcher {

  private static final int JOBS_MAX = 16;

  private final List<byte[]> members;

  JobMatcher(Set<JobId> jobs) {
    members = jobs.size() > JOBS_MAX ? List.of() : jobs.stream().map(JobMatcher::member).toList();
  }

  /** {@code "job":"…",}, as it stands in the record. */
  private static byte[] member(JobId job) {
    Json object = new JsonWriter().text("job", job.value()).end();
    byte[] member = Arrays.copyOfRange(object.utf8(), 1, object.sizeBytes());
    member[member.length - 1] = ',';
    return member;
  }

  boolean mayMatch(RawEvent event) {
    if (members.isEmpty()) {
      return true;
    }
    for (byte[] member : members) {
      if (event.continuesWith(member)) {
        return true;
      }
    }
    return false;
  }
}
