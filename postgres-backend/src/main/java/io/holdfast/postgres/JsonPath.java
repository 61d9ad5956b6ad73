package io.holdfast.postgres;

import io.holdfast.Json;
import io.holdfast.JsonWriter;
import io.holdfast.event.JsonCondition;
import io.holdfast.event.JsonCondition.Element;
import io.holdfast.event.JsonCondition.Member;
import io.holdfast.event.JsonCondition.Operator;
import io.holdfast.event.JsonCondition.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Conditions on JSON as one jsonpath, which selects the document if all hold. Strict, so that a
 * path is followed to the letter; what leads nowhere makes the condition unknown, and that is not
 * true. Values are variables, beside the path; names are spelt so that nothing in them means
 * anything but itself.
 */
final class JsonPath {

  private final List<JsonCondition> conditions;

  private JsonPath(List<JsonCondition> conditions) {
    this.conditions = conditions;
  }

  /** {@code null} when there is no condition. */
  static @Nullable JsonPath of(List<JsonCondition> conditions) {
    return conditions.isEmpty() ? null : new JsonPath(conditions);
  }

  String text() {
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < conditions.size(); i++) {
      parts.add(part(conditions.get(i), "$v" + i));
    }
    return "strict $ ? (" + String.join(" && ", parts) + ")";
  }

  private static String part(JsonCondition condition, String variable) {
    StringBuilder path = new StringBuilder("exists(@");
    condition.path().forEach(step -> path.append(text(step)));
    if (condition.operator() != Operator.EXISTS) {
      path.append(" ? (").append(comparison(condition, variable)).append(')');
    }
    return path.append(')').toString();
  }

  private static String text(Step step) {
    return step instanceof Member member
        ? ".\"" + spelt(member.name()) + '"'
        : "[" + ((Element) step).index() + "]";
  }

  /** Everything but plain letters, digits and underscores as an escape. */
  private static String spelt(String name) {
    StringBuilder spelt = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean digit = c == '_' || (c >= '0' && c <= '9');
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      spelt.append(digit || letter ? String.valueOf(c) : "\\u%04x".formatted((int) c));
    }
    return spelt.toString();
  }

  /** Values of different types are neither equal nor unequal to jsonpath, but unknown. */
  private static String comparison(JsonCondition condition, String variable) {
    return switch (condition.operator()) {
      case EQUAL -> "@ == " + variable;
      case NOT_EQUAL -> "@ != %1$s || (@ == %1$s) is unknown".formatted(variable);
      // It takes no variable; the flag makes it a plain text.
      case CONTAINS -> "@ like_regex \"" + spelt(condition.part()) + "\" flag \"q\"";
      default -> "@ " + condition.operator().sign() + " " + variable;
    };
  }

  /** The values, by variable. */
  Json values() {
    JsonWriter values = new JsonWriter();
    for (int i = 0; i < conditions.size(); i++) {
      var unused = values.json("v" + i, conditions.get(i).value());
    }
    return values.end();
  }

  /**
   * What data must contain for the conditions to hold, so that an index on containment can help;
   * {@code null} if nothing is known.
   */
  @Nullable Json implied() {
    for (JsonCondition condition : conditions) {
      boolean names = condition.path().stream().allMatch(Member.class::isInstance);
      if (condition.operator() == Operator.EQUAL && names && !condition.path().isEmpty()) {
        return nested(condition);
      }
    }
    return null;
  }

  /** One is enough to find the documents; the rest is then checked. */
  private static Json nested(JsonCondition condition) {
    @Nullable Json value = condition.value();
    for (int i = condition.path().size() - 1; i >= 0; i--) {
      value = new JsonWriter().json(((Member) condition.path().get(i)).name(), value).end();
    }
    return Objects.requireNonNull(value);
  }
}
