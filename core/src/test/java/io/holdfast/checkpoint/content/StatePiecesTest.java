package io.holdfast.checkpoint.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.holdfast.CorruptDataException;
import io.holdfast.Json;
import io.holdfast.checkpoint.StateDigest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Cutting states into pieces, and putting them together. */
class StatePiecesTest {

  /** The packs of a workflow, as a backend would keep them. */
  private static final class History {

    private final List<Pack> packs = new ArrayList<>();
    private final List<PackedState> states = new ArrayList<>();

    @CanIgnoreReturnValue
    PackedState save(Json state) {
      long version = states.size() + 1L;
      Basis basis = Basis.NONE;
      if (!states.isEmpty()) {
        long base = states.get(states.size() - 1).base();
        basis = Basis.of(base, packsFrom(base).stream().map(Basis.Stored::of).toList());
      }
      PackedState packed = StatePacker.pack(version, state.canonical(), basis);
      states.add(packed);
      if (packed.pack() != null) {
        packs.add(packed.pack());
      }
      return packed;
    }

    List<Pack> packsFrom(long base) {
      return packs.stream().filter(pack -> pack.version() >= base).toList();
    }

    Json read(int version, Json expected) {
      PackedState packed = states.get(version - 1);
      Set<Long> needed = StateJoin.needed("w", packed);
      List<Pack> found = packs.stream().filter(pack -> needed.contains(pack.version())).toList();
      return StateJoin.join("w", packed, StateDigest.of(expected), found);
    }
  }

  @Property(tries = 150)
  void any_states_split_and_joined_are_equal_and_so_are_their_hashes(
      @ForAll("documents") List<Object> documents) {
    History history = new History();
    List<Json> states = documents.stream().map(Json::from).toList();
    states.forEach(history::save);

    for (int version = 1; version <= states.size(); version++) {
      Json state = states.get(version - 1);
      Json joined = history.read(version, state);
      assertThat(joined).isEqualTo(state);
      assertThat(joined.utf8()).as("the canonical form itself").isEqualTo(state.canonical());
      assertThat(StateDigest.of(joined)).isEqualTo(StateDigest.of(state));
    }
  }

  @Provide
  Arbitrary<List<Object>> documents() {
    Arbitrary<Object> scalars =
        Arbitraries.oneOf(
            Arbitraries.strings()
                .withChars("ab\"\\,{}[]:\n\u00e9\u20ac")
                .ofMaxLength(900)
                .map(s -> s),
            Arbitraries.strings().withChars('a', 'z').ofLength(40_000).map(s -> s),
            Arbitraries.bigDecimals().map(n -> n),
            Arbitraries.of(true, false));
    Arbitrary<Object> documents =
        Arbitraries.lazyOf(
            () -> scalars,
            () -> scalars,
            () -> scalars.list().ofMaxSize(50).map(list -> list),
            () ->
                Arbitraries.maps(Arbitraries.strings().alpha().ofMaxLength(8), scalars)
                    .ofMaxSize(30)
                    .map(map -> map));
    return documents.list().ofMinSize(1).ofMaxSize(5);
  }

  private static Map<String, Object> members(int count, long seed) {
    Random random = new Random(seed);
    Map<String, Object> members = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      members.put("m" + i, Long.toString(random.nextLong(), 36).repeat(80));
    }
    return members;
  }

  @Test
  void a_small_change_brings_a_small_pack() {
    History history = new History();
    Map<String, Object> members = members(200, 1);
    PackedState first = history.save(Json.from(members));
    members.put("m77", "another");
    PackedState second = history.save(Json.from(members));
    PackedState third = history.save(Json.from(members));

    assertThat(first.base()).isEqualTo(1);
    assertThat(second.base()).isEqualTo(1);
    assertThat(directory(second).length()).isLessThan(3_000);
    assertThat(third.pack()).as("nothing is new").isNull();
  }

  @Test
  void an_insertion_moves_no_cut_far_away() {
    History history = new History();
    List<Object> numbers = new ArrayList<>();
    for (int i = 0; i < 30_000; i++) {
      numbers.add(i * 7919L % 100_003);
    }
    history.save(Json.from(numbers));
    numbers.add(0, 5);
    PackedState second = history.save(Json.from(numbers));

    assertThat(directory(second).length()).isLessThan(20_000);
  }

  @Test
  void a_text_that_grows_at_its_end_keeps_its_pieces() {
    History history = new History();
    String text = Long.toString(new Random(3).nextLong(), 36).repeat(20_000);
    history.save(Json.from(Map.of("log", text)));
    PackedState second = history.save(Json.from(Map.of("log", text + "one more line")));

    assertThat(directory(second).length()).isLessThan(2 * StateCut.PIECE_BYTES_MAX);
  }

  @Test
  void a_read_never_fetches_more_than_twice_the_state_nor_too_many_packs() {
    History history = new History();
    Map<String, Object> members = members(100, 4);
    Set<Long> bases = new HashSet<>();
    for (int version = 1; version <= 300; version++) {
      int changes = version % 100 == 0 ? 60 : 1;
      for (int i = 0; i < changes; i++) {
        members.put("m" + (version + i) % 100, Long.toString(version * 31L + i, 36).repeat(200));
      }
      Json state = Json.from(members);
      PackedState packed = history.save(state);
      bases.add(packed.base());
      List<Pack> fetched = history.packsFrom(packed.base());
      long bytes = fetched.stream().mapToLong(pack -> directory(pack).length()).sum();
      assertThat(fetched).hasSizeLessThanOrEqualTo(StatePacker.PACKS_MAX);
      assertThat(bytes).isLessThanOrEqualTo(2L * state.canonical().length);
    }
    assertThat(bases).hasSizeBetween(4, 40);
  }

  @Test
  void many_tiny_members_make_no_huge_directory() {
    for (String member : List.of("1,", "[],", "true,", "\"\",", "{},", "12345,")) {
      Json state = Json.of("[" + member.repeat(100_000) + "1]");
      History history = new History();
      Pack pack = history.save(state).pack();

      assertThat(pack).isNotNull();
      assertThat(pack.directory().length).isLessThan(state.sizeBytes() / 4);
      assertThat(history.read(1, state)).isEqualTo(state);
    }
  }

  private static Directory directory(PackedState packed) {
    Pack pack = packed.pack();
    assertThat(pack).isNotNull();
    return directory(pack);
  }

  private static Directory directory(Pack pack) {
    return Directory.read("pack", pack.directory());
  }

  @Test
  void every_flipped_bit_of_every_part_is_found() {
    Json state = Json.from(members(12, 5));
    StateDigest digest = StateDigest.of(state);
    PackedState packed = new History().save(state);
    Pack pack = packed.pack();
    assertThat(pack).isNotNull();

    for (int bit = 0; bit < 8 * packed.manifest().length; bit++) {
      PackedState damaged = new PackedState(1, flipped(packed.manifest(), bit), null);
      requireDamage(() -> StateJoin.join("w@1", damaged, digest, List.of(pack)), "manifest");
    }
    for (int bit = 0; bit < 8 * pack.directory().length; bit++) {
      Pack damaged = new Pack(1, flipped(pack.directory(), bit), pack.body());
      requireDamage(() -> StateJoin.join("w@1", packed, digest, List.of(damaged)), "pack 1");
    }
    for (int bit = 0; bit < 8 * pack.body().length; bit += 5) {
      Pack damaged = new Pack(1, pack.directory(), flipped(pack.body(), bit));
      requireDamage(() -> StateJoin.join("w@1", packed, digest, List.of(damaged)), "pack 1");
    }
    requireDamage(() -> StateJoin.join("w@1", packed, digest, List.of()), "pack 1");
    StateDigest other = new StateDigest(digest.sizeBytes(), "0".repeat(64));
    requireDamage(() -> StateJoin.join("w@1", packed, other, List.of(pack)), "w@1");
    StateDigest longer = new StateDigest(digest.sizeBytes() + 1, digest.sha256());
    requireDamage(() -> StateJoin.join("w@1", packed, longer, List.of(pack)), "w@1");
  }

  private static byte[] flipped(byte[] bytes, int bit) {
    byte[] damaged = bytes.clone();
    damaged[bit / 8] ^= (byte) (1 << bit % 8);
    return damaged;
  }

  private static void requireDamage(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable read, String where) {
    assertThatThrownBy(read)
        .isInstanceOf(CorruptDataException.class)
        .hasMessageContaining("w@1")
        .hasMessageContaining(where);
  }

  @Test
  void a_frame_that_inflates_to_more_than_it_should_is_refused() {
    byte[] bomb = Zstd.compress(new byte[50_000_000], 19);
    byte[] body = new byte[bomb.length + 1];
    body[0] = 1;
    System.arraycopy(bomb, 0, body, 1, bomb.length);

    assertThat(body.length).as("small, and honest about its size").isLessThan(10_000);
    assertThatThrownBy(() -> Body.unpack("pack", body, 1_000))
        .isInstanceOf(CorruptDataException.class);
    assertThatThrownBy(() -> Body.unpack("pack", new byte[0], 1_000))
        .isInstanceOf(CorruptDataException.class);
    assertThatThrownBy(() -> Body.unpack("pack", new byte[] {2, 3}, 1))
        .isInstanceOf(CorruptDataException.class);
    assertThatThrownBy(() -> Body.unpack("pack", new byte[] {0, 3}, 2))
        .isInstanceOf(CorruptDataException.class);
  }

  @Test
  void a_directory_that_announces_too_much_is_refused() {
    byte[] body = Body.pack("abc".getBytes(StandardCharsets.UTF_8));
    for (int length : new int[] {0, -1, Integer.MAX_VALUE, StateCut.PIECE_BYTES_MAX + 1}) {
      byte[] forged =
          Directory.write(
              body, List.of(new Directory.Piece(ByteBuffer.wrap(new byte[32]), length)));
      assertThatThrownBy(() -> Directory.read("pack", forged))
          .as("%d", length)
          .isInstanceOf(CorruptDataException.class);
    }
  }

  @Test
  void a_manifest_that_announces_too_much_is_refused() {
    Json state = Json.from(members(12, 6));
    Pack pack = new History().save(state).pack();
    assertThat(pack).isNotNull();
    Manifest.Writer forged = new Manifest.Writer(1);
    for (int i = 0; i < 100_000; i++) {
      forged.add(1, 0);
    }
    PackedState packed = new PackedState(1, forged.end(), null);
    StateDigest digest = new StateDigest(100_000L * 1_100, "0".repeat(64));

    requireDamage(() -> StateJoin.join("w@1", packed, digest, List.of(pack)), "bytes");
    PackedState beyond = new PackedState(1, beyond(), null);
    requireDamage(() -> StateJoin.join("w@1", beyond, digest, List.of(pack)), "no piece");
  }

  private static byte[] beyond() {
    Manifest.Writer forged = new Manifest.Writer(1);
    forged.add(1, Integer.MAX_VALUE);
    return forged.end();
  }
}
