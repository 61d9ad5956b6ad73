package io.holdfast.subscription;

import java.util.List;

/**
 * What a member has got to do.
 *
 * @param version the subscription's, see {@link Subscription#version}
 * @param paused true if nobody is to work
 * @param slices its slices, by number; none if others have them all
 */
public record Membership(long version, boolean paused, List<Slice> slices) {

  /** Copies the list. */
  public Membership {
    slices = List.copyOf(slices);
  }
}
