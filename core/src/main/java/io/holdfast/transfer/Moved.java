package io.holdfast.transfer;

import io.holdfast.InvalidInputException;
import io.holdfast.Json;
import io.holdfast.JsonFields;
import io.holdfast.JsonWriter;
import io.holdfast.Names;
import io.holdfast.StorageTime;
import java.time.Instant;

/**
 * That a storage has moved to another one, which is to be used instead.
 *
 * @param to where that is: a URL without a password; not empty
 * @param store its {@linkplain Relocation#storeId id}, however it is reached
 * @param root what was proved to be there, in one number, as lower-case hex; empty if nothing was
 * @param at when it was decided
 */
public record Moved(String to, String store, String root, Instant at) {

  /** Checks all of it, and cuts the time. */
  public Moved {
    Names.checkText("place", to);
    if (to.isEmpty()) {
      throw new InvalidInputException("place", "must not be empty");
    }
    Names.check("store id", store);
    if (!root.isEmpty()) {
      KindSum.checkSha256(root);
    }
    at = StorageTime.check("moved at", at);
  }

  /** True if {@code other} is about the same storage, under whatever name. */
  public boolean isToSameAs(Moved other) {
    return store.equals(other.store);
  }

  /** As JSON, for backends; {@link #decode} reads it. */
  public Json encode() {
    return new JsonWriter()
        .text("to", to)
        .text("store", store)
        .text("root", root)
        .time("at", at)
        .end();
  }

  /** Reads {@link #encode}'s result. */
  public static Moved decode(Json json) {
    JsonFields fields = JsonFields.of(json);
    return new Moved(
        fields.text("to"), fields.text("store"), fields.text("root"), fields.time("at"));
  }
}
