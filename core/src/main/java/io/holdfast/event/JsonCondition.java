package io.holdfast.event;

import io.holdfast.InvalidInputException;
import io.holdfast.Json;
import io.holdfast.Names;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A condition on one value inside a document: where it is, how it compares, and with what. As text:
 * {@code $.step.duration_ms >= 100}, {@code $.items[0]."a name" = "x"}, {@code $.error exists}.
 *
 * <p>Every backend decides alike. The path is followed to the letter: a member of an object by its
 * name, an element of an array by its index from 0. Where it leads nowhere, no condition holds, not
 * even {@code !=}. {@code =} holds for the same string, boolean, null, or number, however it is
 * spelt; {@code !=} for every other value that is there, of whatever type. {@code contains} holds
 * for a string in which the text occurs, upper and lower case apart. The others hold between two
 * numbers, or between two strings, which are ordered by code point; never between types.
 *
 * @param path from the whole document inwards; empty: the document itself
 * @param operator how to compare
 * @param value a string, number, boolean or null to compare with; {@code null} for {@link
 *     Operator#EXISTS}
 */
public record JsonCondition(List<Step> path, Operator operator, @Nullable Json value) {

  /** How deep a path may lead. */
  public static final int STEPS_MAX = 100;

  /** The longest text that can be asked for with {@link Operator#CONTAINS}, in characters. */
  public static final int PART_CHARS_MAX = 1_000;

  /** How two values may compare. */
  public enum Operator {
    /** The same value. */
    EQUAL("="),
    /** A value, but another one. */
    NOT_EQUAL("!="),
    /** A smaller number, or an earlier string. */
    LESS("<"),
    /** Not greater. */
    AT_MOST("<="),
    /** A greater number, or a later string. */
    GREATER(">"),
    /** Not less. */
    AT_LEAST(">="),
    /** A string that has this one in it. */
    CONTAINS("contains"),
    /** Any value, null too. */
    EXISTS("exists");

    private final String sign;

    Operator(String sign) {
      this.sign = sign;
    }

    /** As it stands in the text form. */
    public String sign() {
      return sign;
    }
  }

  /** One step of a path. */
  public sealed interface Step permits Member, Element {}

  /** To the member of this name. */
  public record Member(String name) implements Step {

    /** Checks the name: any text that a document's member can have. */
    public Member {
      Names.checkText("JSON member name", name);
    }
  }

  /** To the element at this index, from 0. */
  public record Element(int index) implements Step {

    /** Checks the index. */
    public Element {
      if (index < 0) {
        throw new InvalidInputException("JSON array index", "must be at least 0, was " + index);
      }
    }
  }

  /** Checks that operator and value go together. */
  public JsonCondition {
    path = List.copyOf(path);
    Objects.requireNonNull(operator, "operator");
    if (path.size() > STEPS_MAX) {
      throw new InvalidInputException(
          "JSON condition", "at most " + STEPS_MAX + " steps, was " + path.size());
    }
    if ((operator == Operator.EXISTS) != (value == null)) {
      throw new InvalidInputException(
          "JSON condition",
          operator == Operator.EXISTS
              ? "'exists' takes no value, was " + value
              : "'" + operator.sign() + "' needs a value");
    }
    if (value != null) {
      checkValue(operator, value.tree());
    }
  }

  private static void checkValue(Operator operator, JsonNode value) {
    if (!value.isValueNode()) {
      throw new InvalidInputException(
          "JSON condition", "compares with a string, number, boolean or null only, was " + value);
    }
    if (operator == Operator.CONTAINS) {
      checkPart(value);
      return;
    }
    boolean isOrdered = value.isNumber() || value.isString();
    if (!isOrdered && operator != Operator.EQUAL && operator != Operator.NOT_EQUAL) {
      throw new InvalidInputException(
          "JSON condition",
          "'" + operator.sign() + "' is for numbers and strings only, was " + value);
    }
  }

  private static void checkPart(JsonNode value) {
    if (!value.isString()) {
      throw new InvalidInputException(
          "JSON condition", "'contains' is for strings only, was " + value);
    }
    int length = value.stringValue().length();
    if (length > PART_CHARS_MAX) {
      throw new InvalidInputException(
          "JSON condition",
          "'contains' takes at most " + PART_CHARS_MAX + " characters, was " + length);
    }
  }

  /**
   * Reads the text form: {@code $}, then {@code .name}, {@code ."any name"} or {@code [index]} as
   * often as needed, then {@code =}, {@code !=}, {@code <}, {@code <=}, {@code >}, {@code >=} and a
   * JSON scalar, {@code contains} and a JSON string, or {@code exists}.
   *
   * @throws InvalidInputException that says what is wrong at which character
   */
  public static JsonCondition parse(String text) {
    return new JsonConditionParser(Objects.requireNonNull(text, "condition")).parse();
  }

  /** For backends: the text to look for, of a condition with {@link Operator#CONTAINS}. */
  public String part() {
    return Objects.requireNonNull(value, "value").tree().stringValue();
  }

  /** True if the condition holds in {@code document}. */
  public boolean holdsIn(JsonNode document) {
    JsonNode found = document;
    for (Step step : path) {
      found = follow(found, step);
      if (found == null) {
        return false;
      }
    }
    return value == null || compare(found, value.tree());
  }

  private static @Nullable JsonNode follow(JsonNode from, Step step) {
    if (step instanceof Member member) {
      return from.isObject() ? from.get(member.name()) : null;
    }
    return from.isArray() ? from.get(((Element) step).index()) : null;
  }

  private boolean compare(JsonNode found, JsonNode wanted) {
    if (operator == Operator.CONTAINS) {
      return found.isString() && found.stringValue().contains(wanted.stringValue());
    }
    if (found.isNumber() && wanted.isNumber()) {
      return holds(found.decimalValue().compareTo(wanted.decimalValue()));
    }
    if (found.isString() && wanted.isString()) {
      return holds(Names.ORDER.compare(found.stringValue(), wanted.stringValue()));
    }
    boolean same = found.isValueNode() && found.equals(wanted);
    return operator == Operator.EQUAL ? same : operator == Operator.NOT_EQUAL && !same;
  }

  private boolean holds(int order) {
    return switch (operator) {
      case EQUAL -> order == 0;
      case NOT_EQUAL -> order != 0;
      case LESS -> order < 0;
      case AT_MOST -> order <= 0;
      case GREATER -> order > 0;
      case AT_LEAST -> order >= 0;
      case CONTAINS, EXISTS -> true;
    };
  }

  /** The text form, with every name in quotes. */
  @Override
  public String toString() {
    String where = path.stream().map(JsonCondition::text).collect(Collectors.joining("", "$", ""));
    return where + " " + operator.sign() + (value == null ? "" : " " + value);
  }

  private static String text(Step step) {
    return step instanceof Member member
        ? "." + Json.from(member.name())
        : "[" + ((Element) step).index() + "]";
  }
}
