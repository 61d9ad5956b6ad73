package io.holdfast.checkpoint.content;

import io.holdfast.CorruptDataException;
import io.holdfast.Json;
import io.holdfast.checkpoint.StateDigest;
import io.holdfast.checkpoint.content.Manifest.Run;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Puts a state together, and compares every checksum on the way. Takes milliseconds a megabyte: not
 * for an event loop.
 */
public final class StateJoin {

  private final String where;
  private final PackedState packed;
  private final Map<Long, Pack> packs = new HashMap<>();
  private final Map<Long, Directory> directories = new HashMap<>();
  private final Map<Long, byte[]> pieces = new HashMap<>();

  private StateJoin(String where, PackedState packed, List<Pack> packs) {
    this.where = where;
    this.packed = packed;
    packs.forEach(pack -> this.packs.put(pack.version(), pack));
  }

  /**
   * The versions whose packs {@code packed} needs.
   *
   * @throws CorruptDataException if the manifest is damaged
   */
  public static Set<Long> needed(String where, PackedState packed) {
    return runs(where, packed).stream().map(Run::version).collect(Collectors.toSet());
  }

  private static List<Run> runs(String where, PackedState packed) {
    return Manifest.read(where + ", manifest", packed.base(), packed.manifest());
  }

  /**
   * The state with {@code digest} that {@code packed} describes.
   *
   * @param where names the checkpoint
   * @param packs those that it needs, in any order; others are ignored
   * @throws CorruptDataException naming the part, if anything is damaged or missing
   */
  public static Json join(String where, PackedState packed, StateDigest digest, List<Pack> packs) {
    byte[] canonical = new StateJoin(where, packed, packs).join(digest.sizeBytes());
    StateDigest found = StateDigest.ofCanonical(canonical);
    if (!found.equals(digest)) {
      throw new CorruptDataException(where, "its SHA-256 is " + found.sha256());
    }
    return Json.ofStored(canonical);
  }

  private byte[] join(long size) {
    List<Run> runs = runs(where, packed);
    long announced = 0;
    for (Run run : runs) {
      announced += end(run) - start(run);
    }
    // Nothing is made that the packs, which are there, do not account for.
    if (announced != size || size > Json.CANONICAL_BYTES_MAX) {
      throw new CorruptDataException(where, "has " + announced + " bytes, expected " + size);
    }
    byte[] canonical = new byte[(int) size];
    int at = 0;
    for (Run run : runs) {
      int length = end(run) - start(run);
      System.arraycopy(pieces(run.version()), start(run), canonical, at, length);
      at += length;
    }
    return canonical;
  }

  private int start(Run run) {
    return directory(run).start(run.first());
  }

  private int end(Run run) {
    return directory(run).start(run.first() + run.count());
  }

  private Directory directory(Run run) {
    Directory directory = directory(run.version());
    if ((long) run.first() + run.count() > directory.pieces()) {
      throw new CorruptDataException(where(run.version()), "no piece " + run.first());
    }
    return directory;
  }

  private Directory directory(long version) {
    return directories.computeIfAbsent(
        version, any -> Directory.read(where(version), pack(version).directory()));
  }

  private byte[] pieces(long version) {
    return pieces.computeIfAbsent(
        version, any -> pack(version).pieces(where(version), directory(version)));
  }

  private Pack pack(long version) {
    Pack pack = packs.get(version);
    if (pack == null) {
      throw new CorruptDataException(where(version), "it is missing");
    }
    return pack;
  }

  private String where(long version) {
    return where + ", pack " + version;
  }
}
