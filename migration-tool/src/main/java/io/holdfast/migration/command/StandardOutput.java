package io.holdfast.migration.command;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * What a command prints, which may go to a file: a {@link java.io.PrintWriter} forgets why it could
 * not write.
 */
public final class StandardOutput extends FilterOutputStream {

  /** Nobody reads any more, which is how {@code head} ends a command. */
  private static final String NOBODY_READS = "Broken pipe";

  private volatile @Nullable String failure;

  /** Of this process. */
  public StandardOutput() {
    this(new FileOutputStream(FileDescriptor.out));
  }

  StandardOutput(OutputStream output) {
    super(output);
  }

  @Override
  public void write(int octet) throws IOException {
    write(new byte[] {(byte) octet}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    try {
      out.write(bytes, offset, length);
    } catch (IOException e) {
      String reason = String.valueOf(e.getMessage());
      if (failure == null && !reason.equals(NOBODY_READS)) {
        failure = reason;
      }
      throw e;
    }
  }

  /** Why something could not be written; {@code null} if all was, or nobody wanted to read it. */
  public @Nullable String failure() {
    return failure;
  }
}
