package io.holdfast.file;

import io.holdfast.RecordTransfer;
import java.io.IOException;
import java.util.List;

/** A transfer that can load within a larger write. */
interface LoadingTransfer<R> extends RecordTransfer<R> {

  /** Stages {@code records}; how many are new. */
  long load(Edit edit, List<R> records) throws IOException;
}
