package io.holdfast.migration.prodigy;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.lz4.BlockLZ4CompressorOutputStream;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorOutputStream;

/** A directory to be filled with files. */
record Tree(Path root) {

  /** Writes {@code text}; in a {@code .json} on one line or several, as it comes. */
  void write(String name, String text) {
    write(name, text.getBytes(StandardCharsets.UTF_8));
  }

  void write(String name, byte[] bytes) {
    try {
      Path file = root.resolve(name);
      Files.createDirectories(file.getParent());
      Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] gzip(String text) {
    return compress(GZIPOutputStream::new, text);
  }

  static byte[] lz4(String text) {
    return compress(FramedLZ4CompressorOutputStream::new, text);
  }

  /** As Prodigy compresses with LZ4: its size, and one block. */
  static byte[] lz4Block(String text) {
    byte[] block = compress(BlockLZ4CompressorOutputStream::new, text);
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    return ByteBuffer.allocate(4 + block.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(bytes)
        .put(block)
        .array();
  }

  static byte[] zstandard(String text) {
    return Zstd.compress(text.getBytes(StandardCharsets.UTF_8));
  }

  private interface Compressor {
    OutputStream on(OutputStream output) throws IOException;
  }

  private static byte[] compress(Compressor compressor, String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream output = compressor.on(bytes)) {
      output.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
