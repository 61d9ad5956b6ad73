package io.holdfast.checkpoint.content;

import io.holdfast.checkpoint.content.Basis.Place;
import io.holdfast.checkpoint.content.Directory.Piece;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Says what of a state is new. Takes milliseconds a megabyte: not for an event loop. */
public final class StatePacker {

  /** States that are smaller are kept as one document. */
  public static final int PACKED_BYTES_MIN = 8 << 10;

  /** How many packs a read fetches at most; then the next save stores the whole state. */
  static final int PACKS_MAX = 64;

  /** At how many times the size of the state its packs are too much to read. */
  private static final int WASTE_MAX = 2;

  private final byte[] canonical;
  private final int[] ends;
  private final ByteBuffer[] hashes;

  private StatePacker(byte[] canonical) {
    this.canonical = canonical;
    this.ends = StateCut.ends(canonical);
    this.hashes = new ByteBuffer[ends.length];
    MessageDigest sha256 = Seal.sha256();
    for (int piece = 0; piece < ends.length; piece++) {
      sha256.update(canonical, start(piece), length(piece));
      hashes[piece] = ByteBuffer.wrap(sha256.digest());
    }
  }

  /**
   * Packs the state whose canonical form is {@code canonical}, as {@code version}: what {@code
   * basis} has is not stored again, unless a read would then have to fetch too much.
   */
  public static PackedState pack(long version, byte[] canonical, Basis basis) {
    StatePacker packer = new StatePacker(canonical);
    return packer.on(version, packer.suits(basis) ? basis : Basis.NONE);
  }

  private boolean suits(Basis basis) {
    Map<ByteBuffer, Place> places = basis.places();
    long fresh = 0;
    for (int piece = 0; piece < ends.length; piece++) {
      fresh += places.containsKey(hashes[piece]) ? 0 : length(piece);
    }
    return basis.packs() > 0
        && basis.packs() < PACKS_MAX
        && basis.length() + fresh <= WASTE_MAX * (long) canonical.length;
  }

  private PackedState on(long version, Basis basis) {
    long base = basis.packs() == 0 ? version : basis.base();
    Map<ByteBuffer, Place> places = basis.places();
    Manifest.Writer manifest = new Manifest.Writer(base);
    List<Piece> pieces = new ArrayList<>();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int piece = 0; piece < ends.length; piece++) {
      Place place = places.get(hashes[piece]);
      if (place == null) {
        place = new Place(version, pieces.size());
        places.put(hashes[piece], place);
        pieces.add(new Piece(hashes[piece], length(piece)));
        bytes.write(canonical, start(piece), length(piece));
      }
      manifest.add(place.version(), place.piece());
    }
    return new PackedState(
        base, manifest.end(), pieces.isEmpty() ? null : pack(version, bytes, pieces));
  }

  private static Pack pack(long version, ByteArrayOutputStream bytes, List<Piece> pieces) {
    byte[] body = Body.pack(bytes.toByteArray());
    return new Pack(version, Directory.write(body, pieces), body);
  }

  private int start(int piece) {
    return piece == 0 ? 0 : ends[piece - 1];
  }

  private int length(int piece) {
    return ends[piece] - start(piece);
  }
}
