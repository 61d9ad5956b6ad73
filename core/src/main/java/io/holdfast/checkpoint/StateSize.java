package io.holdfast.checkpoint;

import io.holdfast.JsonParts;
import io.holdfast.WorkflowId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** For backends: says when a state is so large that it should be looked at. */
public final class StateSize {

  /** From how many bytes of canonical form on a state is called large: 10 MB. */
  public static final int LARGE_BYTES = 10_000_000;

  private static final Logger LOG = LoggerFactory.getLogger(StateSize.class);

  private StateSize() {}

  /** Warns if {@code canonical} has more than {@value #LARGE_BYTES} bytes. */
  public static void warnOf(WorkflowId workflow, byte[] canonical) {
    if (canonical.length > LARGE_BYTES) {
      LOG.warn(
          "The state of workflow {} has {} bytes; {}",
          workflow,
          canonical.length,
          JsonParts.largest(canonical));
    }
  }
}
