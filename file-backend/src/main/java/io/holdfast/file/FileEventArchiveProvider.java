package io.holdfast.file;

import io.holdfast.InvalidInputException;
import io.holdfast.event.EventArchive;
import io.holdfast.event.EventArchiveProvider;

/**
 * Opens {@code file:DIRECTORY} as a place for archived months, each store in a directory of its own
 * there.
 */
public final class FileEventArchiveProvider implements EventArchiveProvider {

  /** For {@link java.util.ServiceLoader}. */
  public FileEventArchiveProvider() {}

  @Override
  public boolean accepts(String url) {
    return FileStorageProvider.isFile(url);
  }

  @Override
  public EventArchive open(String url, String store) {
    if (url.indexOf('?') >= 0) {
      throw new InvalidInputException("archive URL", "it takes no parameters: " + url);
    }
    return new FileEventArchive(
        FileStorageProvider.parse(url).directory().toAbsolutePath().resolve(FileNames.of(store)));
  }
}
