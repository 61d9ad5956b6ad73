package io.holdfast.event;

import io.holdfast.InvalidInputException;
import io.holdfast.Json;
import io.holdfast.event.JsonCondition.Element;
import io.holdfast.event.JsonCondition.Member;
import io.holdfast.event.JsonCondition.Operator;
import io.holdfast.event.JsonCondition.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads the text form of a {@link JsonCondition}, from left to right. */
final class JsonConditionParser {

  /** The longer ones first: {@code <} is the beginning of {@code <=}. */
  private static final List<Map.Entry<String, Operator>> SIGNS =
      List.of(
          Map.entry("exists", Operator.EXISTS),
          Map.entry("contains", Operator.CONTAINS),
          Map.entry("==", Operator.EQUAL),
          Map.entry("!=", Operator.NOT_EQUAL),
          Map.entry("<>", Operator.NOT_EQUAL),
          Map.entry("<=", Operator.AT_MOST),
          Map.entry(">=", Operator.AT_LEAST),
          Map.entry("=", Operator.EQUAL),
          Map.entry("<", Operator.LESS),
          Map.entry(">", Operator.GREATER));

  private static final String ENDS_A_NAME = ".[]=!<>\"";

  private final String text;
  private int at;

  JsonConditionParser(String text) {
    this.text = text;
  }

  JsonCondition parse() {
    skipSpace();
    if (!text.startsWith("$", at)) {
      throw wrong("a path starts with $");
    }
    at++;
    List<Step> path = new ArrayList<>();
    while (at < text.length() && (text.charAt(at) == '.' || text.charAt(at) == '[')) {
      path.add(text.charAt(at) == '.' ? member() : element());
    }
    skipSpace();
    Operator operator = operator();
    skipSpace();
    if (operator == Operator.EXISTS) {
      if (at < text.length()) {
        throw wrong("nothing follows 'exists'");
      }
      return new JsonCondition(path, operator, null);
    }
    return new JsonCondition(path, operator, value());
  }

  private Step member() {
    at++;
    if (text.startsWith("\"", at)) {
      return new Member(quoted());
    }
    int from = at;
    while (at < text.length()
        && !Character.isWhitespace(text.charAt(at))
        && ENDS_A_NAME.indexOf(text.charAt(at)) < 0) {
      at++;
    }
    if (at == from) {
      throw wrong("a member's name follows the point; put it in quotes if it is unusual");
    }
    return new Member(text.substring(from, at));
  }

  private String quoted() {
    int from = at;
    at++;
    while (at < text.length() && text.charAt(at) != '"') {
      at += text.charAt(at) == '\\' ? 2 : 1;
    }
    if (at >= text.length()) {
      at = from;
      throw wrong("a quote is not closed");
    }
    at++;
    return json(from, text.substring(from, at)).tree().stringValue();
  }

  private Step element() {
    int from = at;
    int end = text.indexOf(']', from);
    if (end < 0) {
      throw wrong("a bracket is not closed");
    }
    String number = text.substring(from + 1, end).strip();
    at = end + 1;
    try {
      return new Element(Integer.parseInt(number));
    } catch (NumberFormatException e) {
      at = from + 1;
      throw wrong("an index is a number, was '" + number + "'");
    }
  }

  private Operator operator() {
    for (Map.Entry<String, Operator> sign : SIGNS) {
      if (text.startsWith(sign.getKey(), at)) {
        at += sign.getKey().length();
        return sign.getValue();
      }
    }
    throw wrong("one of = != < <= > >= contains exists follows the path");
  }

  private Json value() {
    if (at >= text.length()) {
      throw wrong("a JSON string, number, boolean or null follows the operator");
    }
    return json(at, text.substring(at));
  }

  private Json json(int from, String json) {
    try {
      return Json.of(json);
    } catch (InvalidInputException e) {
      at = from;
      throw wrong("not JSON: " + json + " (strings need double quotes)");
    }
  }

  private void skipSpace() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }

  /** Characters are counted from 1, as people do. */
  private InvalidInputException wrong(String why) {
    return new InvalidInputException(
        "JSON condition", why + ", in: " + text, "character " + (at + 1));
  }
}
