package io.holdfast.postgres;

import io.holdfast.event.EventArchive;
import io.holdfast.event.EventArchiveProvider;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Opens {@code memory:NAME}, the archives of this process. */
public final class MemoryArchiveProvider implements EventArchiveProvider {

  private static final Map<String, MemoryArchive> ARCHIVES = new ConcurrentHashMap<>();

  /** For {@link java.util.ServiceLoader}. */
  public MemoryArchiveProvider() {}

  /** The archive at {@code url}. */
  static MemoryArchive at(String url) {
    return ARCHIVES.computeIfAbsent(url, MemoryArchive::new);
  }

  @Override
  public boolean accepts(String url) {
    return url.startsWith("memory:");
  }

  @Override
  public EventArchive open(String url, String store) {
    return at(url);
  }
}
