package io.holdfast.migration.prodigy;

import io.holdfast.Json;
import io.holdfast.UnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads documents again. The last file is kept, as one of many dead letters is read once for each.
 * Not thread safe.
 */
final class DocumentReader {

  private final boolean keepEnvironment;
  private @Nullable Path path;
  private @Nullable JsonNode whole;

  DocumentReader(boolean keepEnvironment) {
    this.keepEnvironment = keepEnvironment;
  }

  /** All of a file; fails with {@link Rejected} if it is larger than a document may be. */
  static byte[] bytes(StoreFile file) throws IOException {
    try (InputStream content = Inflated.open(file.path())) {
      byte[] bytes = content.readNBytes(Json.BYTES_MAX + 1);
      if (bytes.length > Json.BYTES_MAX) {
        throw new Rejected(Rejected.TOO_LARGE, "more than " + Json.BYTES_MAX + " bytes");
      }
      return bytes;
    }
  }

  /** The document that was seen; fails with {@link UnavailableException} if it has changed. */
  JsonNode tree(Kept kept) {
    JsonNode tree = element(file(kept.file()), kept.element());
    if (!Kept.digest(Document.json(tree).canonical()).equals(kept.digest())) {
      throw kept.file().changed();
    }
    return tree.deepCopy();
  }

  /** As {@link #tree}, of an object. */
  Members members(Kept kept) {
    return new Document(tree(kept), new Notes()).members();
  }

  private JsonNode file(StoreFile file) {
    JsonNode last = whole;
    if (last != null && file.path().equals(path)) {
      return last;
    }
    try {
      JsonNode read = Document.of(bytes(file), keepEnvironment).tree();
      path = file.path();
      whole = read;
      return read;
    } catch (IOException e) {
      throw file.unreadable(e);
    } catch (Rejected e) {
      throw file.changed();
    }
  }

  private static JsonNode element(JsonNode whole, int element) {
    return element < 0 ? whole : Shape.letters(whole).path(element);
  }
}
