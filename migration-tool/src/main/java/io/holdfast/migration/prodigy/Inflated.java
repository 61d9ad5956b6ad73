package io.holdfast.migration.prodigy;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.compressors.lz4.BlockLZ4CompressorInputStream;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorInputStream;

/**
 * What a file holds. Whether it is compressed is told by its first bytes, not by its name: Prodigy
 * calls plain text {@code .gz}. Only what it calls {@code .lz4} is a single block behind its size,
 * which has no such bytes.
 */
final class Inflated extends FilterInputStream {

  /** A small file may be anything; a large one does not grow more than that many times. */
  private static final long BYTES_FREE = 64L << 20;

  private static final long RATIO_MAX = 250;

  private static final int BUFFER_BYTES = 8 << 10;
  private static final int MAGIC_BYTES = 4;

  private static final HexFormat HEX = HexFormat.of();
  private static final byte[] GZIP = HEX.parseHex("1f8b");
  private static final byte[] ZSTANDARD = HEX.parseHex("28b52ffd");
  private static final byte[] LZ4 = HEX.parseHex("04224d18");

  /** No text begins with a size below that: its fourth character would be a control character. */
  private static final int BLOCK_BYTES_END = 0x0900_0000;

  private final boolean exact;
  private long left;

  /** If {@code exact}, as many bytes have to come; otherwise no more than that. */
  private Inflated(InputStream content, boolean exact, long bytes) {
    super(content);
    this.exact = exact;
    this.left = bytes;
  }

  /** Opens a file; a symbolic link is not followed. */
  static InputStream open(Path path) throws IOException {
    InputStream file =
        new BufferedInputStream(
            Files.newInputStream(path, LinkOption.NOFOLLOW_LINKS), BUFFER_BYTES);
    try {
      file.mark(MAGIC_BYTES);
      byte[] first = file.readNBytes(MAGIC_BYTES);
      file.reset();
      if (!isPlain(first)) {
        long bytesMax = Math.max(BYTES_FREE, RATIO_MAX * Files.size(path));
        return new Inflated(inflate(file, first), false, bytesMax);
      }
      int blockBytes = path.toString().endsWith(".lz4") ? blockBytes(first) : 0;
      if (blockBytes == 0) {
        return file;
      }
      file.skipNBytes(MAGIC_BYTES);
      return new Inflated(new BlockLZ4CompressorInputStream(file), true, blockBytes);
    } catch (IOException e) {
      file.close();
      throw e;
    } catch (RuntimeException e) {
      file.close();
      throw damaged(e);
    }
  }

  private static InputStream inflate(InputStream file, byte[] first) throws IOException {
    if (startsWith(first, GZIP)) {
      return new GZIPInputStream(file, BUFFER_BYTES);
    }
    if (startsWith(first, ZSTANDARD)) {
      return new ZstdInputStream(file);
    }
    return new FramedLZ4CompressorInputStream(file, true);
  }

  private static boolean isPlain(byte[] first) {
    return !startsWith(first, GZIP) && !startsWith(first, ZSTANDARD) && !startsWith(first, LZ4);
  }

  /** The size before a single block; 0 if it is none. */
  private static int blockBytes(byte[] first) {
    if (first.length < MAGIC_BYTES) {
      return 0;
    }
    int bytes = ByteBuffer.wrap(first).order(ByteOrder.LITTLE_ENDIAN).getInt();
    return bytes > 0 && bytes < BLOCK_BYTES_END ? bytes : 0;
  }

  private static boolean startsWith(byte[] bytes, byte[] magic) {
    return bytes.length >= magic.length
        && Arrays.equals(bytes, 0, magic.length, magic, 0, magic.length);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int from, int length) throws IOException {
    int read;
    try {
      read = super.read(buffer, from, length);
    } catch (RuntimeException e) {
      throw damaged(e);
    }
    if (read == 0 && length > 0) {
      throw new IOException("damaged: it neither goes on nor ends");
    }
    if (read < 0 && exact && left > 0) {
      throw new EOFException("damaged: " + left + " bytes are missing");
    }
    count(read);
    return read;
  }

  /** Whatever a decompressor makes of bytes that nobody has compressed. */
  private static IOException damaged(RuntimeException e) {
    return new IOException("damaged: " + e, e);
  }

  private void count(int bytes) throws IOException {
    left -= Math.max(0, bytes);
    if (left < 0 && exact) {
      throw new IOException("damaged: there is more than its size says");
    }
    if (left < 0) {
      throw new Rejected(Rejected.INFLATES_TOO_MUCH, "more than " + RATIO_MAX + " times its size");
    }
  }
}
