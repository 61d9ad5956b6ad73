package io.holdfast.postgres;

import io.holdfast.event.EventArchive;
import io.holdfast.event.EventArchiveProvider;

/** Where an archive is, and who opens it: looked up once, as looking reads the class path. */
record ArchivePlace(String url, EventArchiveProvider provider) {

  static ArchivePlace of(String url) {
    return new ArchivePlace(url, EventArchiveProvider.of(url));
  }

  EventArchive open(String store) {
    return provider.open(url, store);
  }
}
