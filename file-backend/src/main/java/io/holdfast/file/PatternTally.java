package io.holdfast.file;

import io.holdfast.Names;
import io.holdfast.deadletter.DeadLetter;
import io.holdfast.deadletter.DeadLetterKey;
import io.holdfast.deadletter.DeadLetterPatterns;
import io.holdfast.deadletter.DeadLetterPatterns.Group;
import io.holdfast.deadletter.DeadLetterPatterns.HourCount;
import io.holdfast.deadletter.DeadLetterPatterns.TypeCount;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Finds what dead letters have in common; they come by key. */
final class PatternTally {

  private final int limit;
  private final Map<String, Alike> bySignature = new HashMap<>();
  private final Map<String, Long> byType = new HashMap<>();
  private final TreeMap<Instant, Long> byHour = new TreeMap<>();
  private long total;

  PatternTally(int limit) {
    this.limit = limit;
  }

  void add(DeadLetter letter) {
    total++;
    bySignature.computeIfAbsent(letter.signature(), Alike::new).add(letter);
    byType.merge(letter.lastFailure().errorType(), 1L, Long::sum);
    byHour.merge(letter.lastFailure().at().truncatedTo(ChronoUnit.HOURS), 1L, Long::sum);
  }

  DeadLetterPatterns patterns() {
    return new DeadLetterPatterns(
        total,
        bySignature.values().stream()
            .map(Alike::group)
            .sorted(
                Comparator.comparingLong(Group::count)
                    .reversed()
                    .thenComparing(Group::signature, Names.ORDER))
            .limit(limit)
            .toList(),
        byType.entrySet().stream()
            .map(type -> new TypeCount(type.getKey(), type.getValue()))
            .sorted(
                Comparator.comparingLong(TypeCount::count)
                    .reversed()
                    .thenComparing(TypeCount::errorType, Names.ORDER))
            .limit(limit)
            .toList(),
        byHour.entrySet().stream()
            .skip(Math.max(0, byHour.size() - limit))
            .map(hour -> new HourCount(hour.getKey(), hour.getValue()))
            .toList());
  }

  /** Those of one signature. */
  private static final class Alike {

    private final String signature;
    private final List<DeadLetterKey> samples = new ArrayList<>();
    private long count;
    private Instant first = Instant.MAX;
    private Instant last = Instant.MIN;

    Alike(String signature) {
      this.signature = signature;
    }

    void add(DeadLetter letter) {
      Instant at = letter.lastFailure().at();
      first = at.isBefore(first) ? at : first;
      last = at.isAfter(last) ? at : last;
      count++;
      if (samples.size() < DeadLetterPatterns.SAMPLES_MAX) {
        samples.add(letter.key());
      }
    }

    Group group() {
      return new Group(signature, count, first, last, samples);
    }
  }
}
