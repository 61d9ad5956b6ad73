package io.holdfast.migration.prodigy;

import java.util.ArrayList;
import java.util.List;

/** What is changed in a record on its way, each thing once. */
final class Notes {

  static final String TIME_CUT = "time-cut";
  static final String TIME_ASSUMED = "time-assumed";
  static final String EVENT_TYPE = "event-type";
  static final String JOB_FROM_DIRECTORY = "job-from-directory";
  static final String JOB_UNKNOWN = "job-unknown";
  static final String DURATION_FORM = "duration-form";
  static final String ID_MISSING = "id-missing";
  static final String NAME_UNUSABLE = "name-unusable";
  static final String NUL_REPLACED = "nul-replaced";
  static final String BYTE_ORDER_MARK = "byte-order-mark";
  static final String TEXT_CUT = "text-cut";
  static final String ENVIRONMENT_DROPPED = "environment-dropped";
  static final String PROGRESS_CAPPED = "progress-capped";
  static final String ATTEMPTS_RENUMBERED = "attempts-renumbered";
  static final String HISTORY_MISSING = "history-missing";
  static final String VERSION_SHIFTED = "version-shifted";
  static final String SAME_ID = "same-id";
  static final String WITHOUT_SESSION = "without-session";

  private final List<String> reasons = new ArrayList<>(2);

  void add(String reason) {
    if (!reasons.contains(reason)) {
      reasons.add(reason);
    }
  }

  boolean has(String reason) {
    return reasons.contains(reason);
  }

  List<String> reasons() {
    return List.copyOf(reasons);
  }
}
