package io.holdfast.postgres;

import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** A list of numbers without an object each. */
final class Numbers {

  static final Numbers NONE = new Numbers(new long[0]);

  private final long[] values;

  private Numbers(long[] values) {
    this.values = values;
  }

  static Numbers of(long... values) {
    return new Numbers(values);
  }

  /** Reads what PostgreSQL writes of a bigint[]. */
  static Numbers parse(String text) {
    int count = text.length() == 2 ? 0 : 1;
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == ',') {
        count++;
      }
    }
    long[] values = new long[count];
    int at = 1;
    for (int i = 0; i < count; i++) {
      int end = text.indexOf(i == count - 1 ? '}' : ',', at);
      values[i] = Long.parseLong(text, at, end, 10);
      at = end + 1;
    }
    return new Numbers(values);
  }

  int size() {
    return values.length;
  }

  long get(int index) {
    return values[index];
  }

  LongStream stream() {
    return LongStream.of(values);
  }

  /** As PostgreSQL reads a bigint[]. */
  @Override
  public String toString() {
    return values.length == 1
        ? "{" + values[0] + "}"
        : stream().mapToObj(Long::toString).collect(Collectors.joining(",", "{", "}"));
  }
}
