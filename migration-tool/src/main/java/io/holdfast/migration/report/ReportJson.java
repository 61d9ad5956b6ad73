package io.holdfast.migration.report;

import io.holdfast.Json;
import io.holdfast.migration.copy.Intake;
import io.holdfast.migration.copy.KindCopy;
import io.holdfast.migration.verify.Comparison;
import io.holdfast.migration.verify.Difference;
import io.holdfast.transfer.KindSum;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes a report for programs; {@code docs/command-line.md} shows one. */
public final class ReportJson {

  private ReportJson() {}

  /** The whole report as one JSON object. {@code from} and {@code to} hold no password. */
  public static Json of(String from, String to, Report report) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("from", from);
    json.put("to", to);
    json.put("identical", report.isIdentical());
    json.put("records", report.records());
    json.put("sourceRoot", report.sourceRoot().sha256());
    json.put("targetRoot", report.targetRoot().sha256());
    json.put("written", report.written());
    json.put("differences", report.differences());
    json.put("damaged", report.damaged());
    json.put("seconds", seconds(report.took()));
    json.put("recordsPerSecond", report.recordsPerSecond());
    json.put("kinds", report.comparisons().stream().map(kind -> kind(report, kind)).toList());
    json.put("firstDifferences", report.first().stream().map(ReportJson::difference).toList());
    if (!report.intake().isEmpty()) {
      json.put("found", report.intake().stream().map(ReportJson::found).toList());
    }
    return Json.from(json);
  }

  private static Map<String, Object> kind(Report report, Comparison compared) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("kind", compared.kind());
    report.copies().stream()
        .filter(copy -> copy.kind().equals(compared.kind()))
        .forEach(copy -> putCopy(json, copy));
    json.put("source", sum(compared.source()));
    json.put("target", sum(compared.target()));
    json.put("identical", compared.identical());
    json.put("differences", compared.differences());
    json.put("verifySeconds", seconds(compared.took()));
    return json;
  }

  private static Map<String, Object> sum(KindSum sum) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("records", sum.records());
    json.put("sha256", sum.sha256());
    return json;
  }

  private static void putCopy(Map<String, Object> json, KindCopy copy) {
    json.put("read", copy.read());
    json.put("written", copy.written());
    json.put("alreadyThere", copy.present());
    json.put("copySeconds", seconds(copy.took()));
  }

  private static Map<String, Object> found(Intake intake) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("kind", intake.kind());
    json.put("action", IntakeText.word(intake.action()));
    json.put("reason", intake.reason());
    json.put("count", intake.count());
    return json;
  }

  private static Map<String, Object> difference(Difference difference) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("kind", difference.kind());
    json.put("key", difference.key());
    json.put("finding", difference.finding().name());
    if (difference.field() != null) {
      json.put("field", difference.field());
    }
    return json;
  }

  private static double seconds(Duration took) {
    return took.toMillis() / 1_000.0;
  }
}
