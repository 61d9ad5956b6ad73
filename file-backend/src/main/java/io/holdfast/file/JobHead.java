package io.holdfast.file;

/** How far a job is, and between which positions its events lie. */
record JobHead(long version, long firstPosition, long lastPosition) {

  /** A job without events. */
  static final JobHead NONE = new JobHead(0, 0, 0);

  JobHead next(long position) {
    return new JobHead(version + 1, version == 0 ? position : firstPosition, position);
  }
}
