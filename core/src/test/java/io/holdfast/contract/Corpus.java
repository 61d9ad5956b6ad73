package io.holdfast.contract;

import io.holdfast.Json;
import io.holdfast.Names;
import java.util.List;

/** Input that has broken other storages. */
final class Corpus {

  /** Names to be kept, each of them distinct from all others. */
  static final List<String> LEGAL_NAMES =
      List.of(
          // Paths and file names.
          "../../etc/passwd",
          "..",
          ".",
          "/",
          "\\",
          "a/b",
          "a//b",
          "a\\b",
          "~",
          "-rf",
          "C:\\x",
          "CON",
          "con",
          "NUL.txt",
          "COM1",
          "trailing",
          "trailing.",
          "trailing ",
          " trailing",
          "a:b*c?d<e>f|g",
          ".lock",
          "x.json",
          // SQL, patterns, templates, shells.
          "'; DROP TABLE events; --",
          "\"quoted\"",
          "''",
          "`id`",
          "$1",
          "?",
          "%",
          "_",
          "a%",
          "a_",
          "%s%n",
          "${HOME}",
          "{}",
          "[]",
          "null",
          "true",
          "0",
          "1e3",
          "a,b",
          "a;b=c&d",
          "<b>&amp;",
          // Case, composition, look-alikes.
          "Name",
          "name",
          "NAME",
          "\u00e9",
          "e\u0301",
          "\u212b",
          "\u00c5",
          "\u0130",
          "\u0131",
          "\u00df",
          "SS",
          "\u0430",
          "a",
          "A",
          // Other scripts, emoji, invisible characters.
          "\u05e9\u05dc\u05d5\u05dd",
          "\u202Ereversed",
          "\u200B",
          "\u00A0",
          "\uFEFFmark",
          "\u2028",
          "\uFFFF",
          "\uE000",
          "\uD83D\uDE00",
          "\uD83D\uDC68\u200D\uD83D\uDC69\u200D\uD83D\uDC67",
          "\uDBFF\uDFFF",
          // As long as can be.
          "x".repeat(Names.NAME_CHARS_MAX),
          "\u6f22".repeat(Names.NAME_CHARS_MAX),
          "\uD83D\uDE00".repeat(127) + "y",
          "%".repeat(Names.NAME_CHARS_MAX),
          "/".repeat(Names.NAME_CHARS_MAX));

  static final List<String> ILLEGAL_NAMES =
      List.of(
          "",
          "x".repeat(Names.NAME_CHARS_MAX + 1),
          "\uD83D\uDE00".repeat(128),
          "\u0000",
          "a\u0000b",
          "a\nb",
          "\t",
          "a\r",
          "\u001b[31m",
          "\u007f",
          "\u0085",
          "\uD800",
          "x\uD83D",
          "\uDE00x",
          "\uDE00\uD83D");

  static final List<String> LEGAL_TEXTS =
      List.of(
          "",
          " ",
          "\n\r\t\u0001\u001f\u007f\u0085",
          "'; DROP TABLE sessions; --",
          "\\u0000 \\",
          "\uD83D\uDE00 \u202E \uFEFF \uFFFF \u2028",
          "x".repeat(Names.TEXT_CHARS_MAX),
          "\u6f22".repeat(300_000));

  static final List<String> ILLEGAL_TEXTS =
      List.of(
          "\u0000",
          "a\u0000b",
          "\uD800",
          "\uDC00 x",
          "x\uD83D",
          "x".repeat(Names.TEXT_CHARS_MAX + 1));

  static final List<String> LEGAL_JSON =
      List.of(
          "null",
          "true",
          "0",
          "-0.0",
          "\"\"",
          "[]",
          "{}",
          "[[],{},[{}],\"\",null,false]",
          "{\"\":\"\",\" \":1,\"a.b\":2,\"a/b~c\":3,\"$x\":4,\"'\":5,\"\\\"\":6}",
          "{\"__proto__\":1,\"constructor\":2,\"@type\":3,\"@class\":\"java.lang.Runtime\"}",
          "{\"a\":1,\"A\":2,\"\u00e9\":3,\"e\u0301\":4}",
          "{\"z\":1,\"y\":2,\"x\":3,\"10\":4,\"9\":5}",
          "\"\\b\\f\\n\\r\\t\\\\\\/\\\"\\u0001\\u001f\\u007f\\u0085\\u2028\\u2029\\uffff\"",
          "\"\\uD83D\\uDE00\"",
          "\"\uD83D\uDE00 \u05e9\u05dc \u202E e\u0301 \uFEFF\"",
          "\"'; DROP TABLE events; --\"",
          "\"\\\\u0000\"",
          "9007199254740993",
          "-9223372036854775809",
          "18446744073709551616",
          "1e400",
          "-1.5E-400",
          "1e999",
          "0." + "1234567890".repeat(30),
          "0.1" + "0".repeat(299) + "1",
          "9".repeat(Json.DIGITS_MAX) + "." + "9".repeat(Json.DIGITS_MAX),
          "[1,1.0,1.00,1e0,10E-1]",
          "[".repeat(Json.DEPTH_MAX) + "]".repeat(Json.DEPTH_MAX),
          "{\"a\":".repeat(Json.DEPTH_MAX) + "1" + "}".repeat(Json.DEPTH_MAX),
          " \n\t\r{ \"a\" : [ 1 , 2 ] }\n ");

  static final List<String> ILLEGAL_JSON =
      List.of(
          "",
          "  ",
          "{",
          "]",
          "{\"a\":1,}",
          "[1 2]",
          "{a:1}",
          "{'a':1}",
          "{\"a\"}",
          "nul",
          "NaN",
          "-Infinity",
          "01",
          "+1",
          ".5",
          "5.",
          "0x10",
          "1 2",
          "{} {}",
          "[][]",
          "1 {}",
          "null null",
          "{}}",
          "[]]",
          "// x\n1",
          "/* x */ 1",
          "\"a\nb\"",
          "\"\u0001\"",
          "\"\\x\"",
          "\"open",
          "\uFEFF{}",
          "\u0000",
          "{}\u0000",
          "\"\\u0000\"",
          "{\"a\":[{\"b\":\"x\\u0000\"}]}",
          "{\"\\u0000\":1}",
          "\"\\uD800\"",
          "\"\\uDE00\\uD83D\"",
          "\"\\uD83Dx\"",
          "{\"\\uDC00\":1}",
          "\"\uD800\"",
          "{\"a\":1,\"a\":2}",
          "{\"a\":1,\"\\u0061\":1}",
          "[{\"x\":{\"b\":1,\"c\":2,\"b\":3}}]",
          "1e1001",
          "1e-1001",
          "1e999999999999",
          "-1E2147483648",
          "9".repeat(Json.DIGITS_MAX + 1),
          "0." + "1".repeat(Json.DIGITS_MAX + 1),
          "[".repeat(Json.DEPTH_MAX + 1) + "]".repeat(Json.DEPTH_MAX + 1),
          "{\"a\":".repeat(Json.DEPTH_MAX + 1) + "1" + "}".repeat(Json.DEPTH_MAX + 1),
          "[".repeat(200_000),
          "\"" + "x".repeat(Json.BYTES_MAX) + "\"");

  private Corpus() {}

  /** The beginning of {@code text}, for people to read. */
  static String brief(String text) {
    return text.length() <= 40 ? text : text.substring(0, 40) + "... (" + text.length() + ")";
  }
}
