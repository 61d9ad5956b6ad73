package io.holdfast;

import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.Collection;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Writes one JSON object member by member; nested documents are copied, not parsed. */
public final class JsonWriter {

  private static final JsonFactory FACTORY = new JsonFactory();

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
  private final JsonGenerator generator =
      FACTORY.createGenerator(ObjectWriteContext.empty(), bytes);

  /** Starts an object. */
  public JsonWriter() {
    generator.writeStartObject();
  }

  /** A string; {@code null} leaves the member out. */
  public JsonWriter text(String name, @Nullable String value) {
    if (value != null) {
      generator.writeStringProperty(name, value);
    }
    return this;
  }

  /** A whole number. */
  public JsonWriter number(String name, long value) {
    generator.writeNumberProperty(name, value);
    return this;
  }

  /** A boolean. */
  public JsonWriter flag(String name, boolean value) {
    generator.writeBooleanProperty(name, value);
    return this;
  }

  /** A time in the one {@linkplain StorageTime#format text form}; {@code null} leaves it out. */
  public JsonWriter time(String name, @Nullable Instant value) {
    return text(name, value == null ? null : StorageTime.format(value));
  }

  /** A document; {@code null} leaves the member out. */
  public JsonWriter json(String name, @Nullable Json value) {
    if (value != null) {
      generator.writeName(name);
      raw(value);
    }
    return this;
  }

  /** An array of strings. */
  public JsonWriter texts(String name, Collection<String> values) {
    generator.writeArrayPropertyStart(name);
    values.forEach(generator::writeString);
    generator.writeEndArray();
    return this;
  }

  /** An array of documents. */
  public JsonWriter array(String name, Collection<Json> values) {
    generator.writeArrayPropertyStart(name);
    values.forEach(this::raw);
    generator.writeEndArray();
    return this;
  }

  /** The generator writes what comes before the value, and its bytes go past it. */
  private void raw(Json value) {
    generator.writeRawValue("");
    generator.flush();
    bytes.writeBytes(value.utf8());
  }

  /** Ends the object; the writer is of no more use. */
  public Json end() {
    generator.writeEndObject();
    generator.close();
    return Json.ofStored(bytes.toByteArray());
  }
}
