package io.holdfast.file;

import io.holdfast.UnifiedStorage;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Opens a fresh directory for each test. */
abstract class OpenedDirectory {

  @RegisterExtension final FreshDirectory directory = new FreshDirectory();

  public UnifiedStorage storage() {
    return directory.storage();
  }

  public UnifiedStorage reopen() {
    return directory.reopen();
  }
}
