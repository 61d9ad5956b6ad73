package io.holdfast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import tools.jackson.databind.JsonNode;

class JsonTest {

  /** What JSON is made of, but no exponents: a tree of 10 to the billionth fills the memory. */
  private static final String DAMAGE = "{}[]:,\" \\-.0123456789abntrul/\u0001\n";

  @Property
  void the_canonical_form_is_that_of_a_tree(
      @ForAll("documents") Object document, @ForAll long seed) {
    Json json = Json.of(JsonSpelling.of(document, new Random(seed)));

    assertThat(json.canonical()).isEqualTo(TreeCanonicalJson.write(json.tree()));
  }

  @Property
  void what_is_damaged_is_taken_for_what_a_tree_takes_it(
      @ForAll("documents") Object document, @ForAll Random random) {
    byte[] utf8 = JsonSpelling.of(document, random).getBytes(StandardCharsets.UTF_8);
    for (int damage = 0; damage < 3; damage++) {
      int at = random.nextInt(utf8.length);
      if (utf8[at] >= 0) {
        utf8[at] = (byte) DAMAGE.charAt(random.nextInt(DAMAGE.length()));
      }
    }
    Json json = Json.ofStored(utf8);

    assertThat(orNothing(json::canonical))
        .as(json.toString())
        .isEqualTo(orNothing(() -> ofTree(json.tree())));
  }

  /** A tree is forgiving about what has no value at all. */
  private static byte[] ofTree(JsonNode tree) {
    return tree.isMissingNode() ? new byte[0] : TreeCanonicalJson.write(tree);
  }

  private static byte[] orNothing(Supplier<byte[]> canonical) {
    try {
      return canonical.get();
    } catch (CorruptDataException e) {
      return new byte[0];
    }
  }

  @Property
  void objects_of_any_size_are_sorted(
      @ForAll @IntRange(max = 80) int members, @ForAll Random random) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < members; i++) {
      names.add("\"" + "ab".repeat(i % 4) + i + "\":" + (i % 3 == 0 ? "{\"b\":1,\"a\":[2]}" : i));
    }
    Collections.shuffle(names, random);
    Json json = Json.of("{" + String.join(" , ", names) + "}");

    assertThat(json.canonical()).isEqualTo(TreeCanonicalJson.write(json.tree()));
  }

  @Example
  void any_depth_is_written() {
    for (int depth : List.of(62, 63, 64, 65, 66, 499)) {
      Json json =
          Json.of("{\"b\":1,\"a\":".repeat(depth) + "[1.0, \"x\"]" + ",\"A\":2}".repeat(depth));
      assertThat(json.canonical()).isEqualTo(TreeCanonicalJson.write(json.tree()));
    }
  }

  @Example
  void the_plain_way_is_taken_where_it_can_be() {
    byte[] plain =
        "{\"b\": [1, -2.50, true, null, {}], \"a\": \"\u00e9\\n\"}"
            .getBytes(StandardCharsets.UTF_8);
    Utf8Buffer out = new Utf8Buffer(16, Json.CANONICAL_BYTES_MAX);

    assertThat(new PlainJson(out).write(plain)).isTrue();
    assertThat(out.toBytes())
        .asString()
        .isEqualTo("{\"a\":\"\u00e9\\n\",\"b\":[1,-2.5,true,null,{}]}");
  }

  @Property
  void canonical_form_does_not_depend_on_spelling(
      @ForAll("documents") Object document, @ForAll long seed, @ForAll long otherSeed) {
    Json one = Json.of(JsonSpelling.of(document, new Random(seed)));
    Json other = Json.of(JsonSpelling.of(document, new Random(otherSeed)));

    assertThat(one.canonical()).isEqualTo(other.canonical());
    assertThat(one).isEqualTo(other).hasSameHashCodeAs(other);
  }

  @Property
  void equal_canonical_forms_mean_equal_values(
      @ForAll("documents") Object left, @ForAll("documents") Object right) {
    Json one = Json.of(JsonSpelling.of(left, new Random(1)));
    Json other = Json.of(JsonSpelling.of(right, new Random(2)));

    assertThat(Arrays.equals(one.canonical(), other.canonical())).isEqualTo(left.equals(right));
  }

  @Property
  void a_changed_value_changes_the_canonical_form(@ForAll("documents") Object document) {
    byte[] before = Json.of(JsonSpelling.of(document, new Random(1))).canonical();
    List<Object> wrapped = List.of(document);
    Map<String, Object> named = Map.of("k", document);

    assertThat(Json.of(JsonSpelling.of(wrapped, new Random(1))).canonical()).isNotEqualTo(before);
    assertThat(Json.of(JsonSpelling.of(named, new Random(1))).canonical()).isNotEqualTo(before);
  }

  @Property
  void the_canonical_form_is_json_and_its_own_canonical_form(@ForAll("documents") Object document) {
    byte[] canonical = Json.of(JsonSpelling.of(document, new Random(1))).canonical();

    assertThat(Json.ofUtf8(canonical).canonical()).isEqualTo(canonical);
  }

  @Property
  void every_value_contains_itself(@ForAll("documents") Object document) {
    Json one = Json.of(JsonSpelling.of(document, new Random(1)));
    Json other = Json.of(JsonSpelling.of(document, new Random(2)));

    assertThat(one.contains(other)).isTrue();
  }

  @Property
  void an_object_contains_any_choice_of_its_members(
      @ForAll("objects") Map<String, Object> whole, @ForAll Random random) {
    Map<String, Object> part = new LinkedHashMap<>(whole);
    part.keySet().removeIf(key -> random.nextBoolean());

    Json json = Json.of(JsonSpelling.of(whole, random));
    assertThat(json.contains(Json.of(JsonSpelling.of(part, random)))).isTrue();
    part.put("another member", true);
    assertThat(json.contains(Json.of(JsonSpelling.of(part, random)))).isFalse();
  }

  @Property
  void an_array_contains_its_elements_in_any_order_and_number(
      @ForAll("arrays") List<Object> whole, @ForAll Random random) {
    List<Object> part = new ArrayList<>(whole);
    part.addAll(whole);
    Collections.shuffle(part, random);

    Json json = Json.of(JsonSpelling.of(whole, random));
    assertThat(json.contains(Json.of(JsonSpelling.of(part, random)))).isTrue();
  }

  /** The examples of PostgreSQL's manual, section "jsonb containment and existence". */
  @Example
  void contains_means_what_it_means_in_postgresql() {
    requireContains("\"foo\"", "\"foo\"", true);
    requireContains("[1, 2, 3]", "[1, 3]", true);
    requireContains("[1, 2, 3]", "[3, 1]", true);
    requireContains("[1, 2, 3]", "[1, 2, 2]", true);
    requireContains("{\"product\": \"x\", \"version\": 9.4}", "{\"version\": 9.40}", true);
    requireContains("[1, 2, [1, 3]]", "[1, 3]", false);
    requireContains("[1, 2, [1, 3]]", "[[1, 3]]", true);
    requireContains("{\"foo\": {\"bar\": \"baz\"}}", "{\"bar\": \"baz\"}", false);
    requireContains("{\"foo\": {\"bar\": \"baz\"}}", "{\"foo\": {}}", true);
    requireContains("[\"foo\", \"bar\"]", "\"bar\"", true);
    requireContains("\"bar\"", "[\"bar\"]", false);
    requireContains("{\"a\": [\"foo\"]}", "{\"a\": \"foo\"}", false);
    requireContains("{\"a\": 1}", "{\"a\": \"1\"}", false);
    requireContains("{}", "{}", true);
    requireContains("[]", "{}", false);
    requireContains("null", "null", true);
    requireContains("1", "1.0", true);
  }

  @Example
  void canonical_form_is_what_the_page_says() {
    requireCanonical(
        " { \"b\" : [ 1.50 , 1e2 , -0.0 ] , \"a\" : \"\\u00e9\\/\\u0007\\n\" } ",
        "{\"a\":\"\u00e9/\\u0007\\n\",\"b\":[1.5,100,0]}");
    requireCanonical("{\"\\uD83D\\uDE00\":1,\"\uFF5E\":2}", "{\"\uD83D\uDE00\":1,\"\uFF5E\":2}");
    requireCanonical("1e-3", "0.001");
    requireCanonical("[[],{},\"\",null,true]", "[[],{},\"\",null,true]");
    requireCanonical(
        "{\"b\":{\"d\":1,\"c\":[{\"z\":-0,\"y\":0.0,\"\":false}]},\"a\":1e0}",
        "{\"a\":1,\"b\":{\"c\":[{\"\":false,\"y\":0,\"z\":0}],\"d\":1}}");
    requireCanonical(
        "\"" + "\u20AC\u00e9x".repeat(500) + "\"", "\"" + "\u20AC\u00e9x".repeat(500) + "\"");
  }

  @Example
  void a_stored_document_is_read_as_a_tree_would_be() {
    assertThat(stored("{\"a\":1,\"b\":2,\"a\":3}").canonical())
        .asString()
        .isEqualTo("{\"a\":3,\"b\":2}");
    for (String broken : List.of("", "1 2", "{", "[1", "[1,]", "{\"a\"}", "tru")) {
      assertThatThrownBy(() -> stored(broken).canonical())
          .as(broken)
          .isInstanceOf(CorruptDataException.class);
    }
  }

  private static Json stored(String text) {
    return Json.ofStored(text.getBytes(StandardCharsets.UTF_8));
  }

  @Example
  void numbers_are_exact() {
    String digits = "0." + "1234567890".repeat(90) + "1";
    assertThat(Json.of(digits).canonical()).asString().isEqualTo(digits);
    assertThat(Json.of("9007199254740993")).isNotEqualTo(Json.of("9007199254740992"));
    assertThat(Json.of("1e400").tree().decimalValue())
        .isEqualByComparingTo(new BigDecimal("1e400"));
    assertThat(Json.of("0.1")).isNotEqualTo(Json.of("0.1" + "0".repeat(300) + "1"));
  }

  @Example
  void keeps_the_text_as_it_came() {
    String text = " {\"b\":1.0, \"a\":\"\\u00e9\"} ";
    Json json = Json.of(text);

    assertThat(json).hasToString(text);
    assertThat(json.sizeBytes()).isEqualTo(json.utf8().length);
    assertThat(json.utf8()).asString(StandardCharsets.UTF_8).isEqualTo(text);
  }

  @Example
  void has_spaces_for_line_breaks() {
    byte[] given = "{\"a\":\r\n[1,\n\"\\n\"]}".getBytes(StandardCharsets.UTF_8);
    byte[] before = given.clone();

    assertThat(Json.ofUtf8(given)).hasToString("{\"a\":  [1, \"\\n\"]}");
    assertThat(given).as("the caller's bytes are left alone").isEqualTo(before);
  }

  @Example
  void refusal_names_the_place() {
    requireRefused("{\"a\":[1,{\"b/c\":\"x\\u0000\"}]}", "/a/1/b~1c");
    requireRefused("{\"a\":[\"\\ud800\"]}", "/a/0");
    requireRefused("[0,1e2000]", "/1");
  }

  @Example
  void takes_trees_and_values() {
    Json json = Json.of("{\"a\":[1,\"x\",null,true,1.10]}");
    Map<String, Object> value = new LinkedHashMap<>();
    value.put("a", Arrays.asList(1, "x", null, true, new BigDecimal("1.10")));

    assertThat(Json.of(json.tree())).isEqualTo(json);
    assertThat(Json.from(value)).isEqualTo(json);
    assertThat(Json.from(new Progressed(3, "x"))).isEqualTo(Json.of("{\"done\":3,\"by\":\"x\"}"));
  }

  @Example
  void values_are_checked_like_text() {
    assertThatThrownBy(() -> Json.from(Map.of("a", "x\u0000")))
        .isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(() -> Json.from(Map.of("a", "\uD800")))
        .isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(() -> Json.from("x".repeat(Json.BYTES_MAX)))
        .isInstanceOf(InvalidInputException.class);
  }

  private record Progressed(int done, String by) {}

  private static void requireContains(String whole, String part, boolean expected) {
    assertThat(Json.of(whole).contains(Json.of(part)))
        .as("%s @> %s", whole, part)
        .isEqualTo(expected);
  }

  private static void requireCanonical(String text, String expected) {
    assertThat(Json.of(text).canonical()).asString(StandardCharsets.UTF_8).isEqualTo(expected);
  }

  private static void requireRefused(String text, String where) {
    assertThatThrownBy(() -> Json.of(text))
        .isInstanceOfSatisfying(
            InvalidInputException.class, refused -> assertThat(refused.where()).isEqualTo(where));
  }

  @Provide
  Arbitrary<Object> documents() {
    return Arbitraries.randomValue(random -> new RandomJson(random).document(3));
  }

  @Provide
  Arbitrary<List<Object>> arrays() {
    return Arbitraries.randomValue(random -> new RandomJson(random).array(2));
  }

  @Provide
  Arbitrary<Map<String, Object>> objects() {
    return Arbitraries.randomValue(random -> new RandomJson(random).object(2));
  }
}
