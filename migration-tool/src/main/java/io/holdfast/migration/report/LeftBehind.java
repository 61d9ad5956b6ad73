package io.holdfast.migration.report;

/** The target has records that the source has not, and they were not to be given up. */
public final class LeftBehind extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final long records;

  LeftBehind(long records) {
    super(records + " records would be left behind", null, false, false);
    this.records = records;
  }

  /** How many. */
  public long records() {
    return records;
  }
}
