package io.holdfast.checkpoint.content;

import io.holdfast.CorruptDataException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a save may build on: the packs of the version before it. A pack that is damaged is not built
 * on, nor is any that comes along with it.
 */
public final class Basis {

  /** Nothing to build on. */
  public static final Basis NONE = new Basis(0, List.of());

  private final long base;
  private final List<KnownPack> packs;

  private Basis(long base, List<KnownPack> packs) {
    this.base = base;
    this.packs = packs;
  }

  /**
   * A pack without its body.
   *
   * @param version the version that brought it
   * @param directory what is in it
   * @param bodySha256 the SHA-256 of its body, computed anew
   */
  @SuppressWarnings("ArrayRecordComponent") // Only carried; nobody compares them.
  public record Stored(long version, byte[] directory, byte[] bodySha256) {

    /** Without the body of {@code pack}. */
    public static Stored of(Pack pack) {
      return new Stored(pack.version(), pack.directory(), pack.bodySha256());
    }
  }

  /** A pack and what it lists. */
  record KnownPack(long version, Directory directory) {}

  /** Where a piece is. */
  record Place(long version, int piece) {}

  /**
   * The packs of a version with {@code base}, of {@code workflow}; {@link #NONE} if one of them is
   * damaged, which the next read of that version says.
   */
  public static Basis of(long base, List<Stored> stored) {
    List<KnownPack> packs = new ArrayList<>();
    for (Stored pack : stored) {
      Directory directory = intact(pack);
      if (directory == null) {
        return NONE;
      }
      packs.add(new KnownPack(pack.version(), directory));
    }
    boolean isWhole = packs.stream().anyMatch(pack -> pack.version() == base);
    return isWhole ? new Basis(base, packs) : NONE;
  }

  private static @Nullable Directory intact(Stored pack) {
    try {
      Directory directory = Directory.read("Pack " + pack.version(), pack.directory());
      return directory.isOf(pack.bodySha256()) ? directory : null;
    } catch (CorruptDataException e) {
      // Said by the next read of the version that is damaged, which this save is not to repeat.
      return null;
    }
  }

  /** The version whose pack is a whole state. */
  long base() {
    return base;
  }

  int packs() {
    return packs.size();
  }

  /** How many bytes of pieces there are. */
  long length() {
    return packs.stream().mapToLong(pack -> pack.directory().length()).sum();
  }

  Map<ByteBuffer, Place> places() {
    Map<ByteBuffer, Place> places = new HashMap<>();
    for (KnownPack pack : packs) {
      for (int piece = 0; piece < pack.directory().pieces(); piece++) {
        places.putIfAbsent(pack.directory().sha256(piece), new Place(pack.version(), piece));
      }
    }
    return places;
  }
}
