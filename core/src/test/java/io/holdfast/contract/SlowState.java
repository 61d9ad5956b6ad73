package io.holdfast.contract;

import io.holdfast.Json;
import io.holdfast.checkpoint.CheckpointContent;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** A large state that changes slowly: members of text that does not compress. */
public final class SlowState {

  private static final String LETTERS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

  private final Random random;
  private final int textLength;
  private final Map<String, String> members = new LinkedHashMap<>();

  /** {@code members} texts of {@code textLength} characters, always the same for a {@code seed}. */
  public SlowState(int members, int textLength, long seed) {
    this.random = new Random(seed);
    this.textLength = textLength;
    for (int member = 0; member < members; member++) {
      this.members.put("member-" + member, text());
    }
  }

  private String text() {
    StringBuilder text = new StringBuilder(textLength);
    for (int i = 0; i < textLength; i++) {
      text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return text.toString();
  }

  /** Changes so many members, chosen at random. */
  public void change(int count) {
    for (int i = 0; i < count; i++) {
      members.put("member-" + random.nextInt(members.size()), text());
    }
  }

  /** The state as it is now. */
  public Json json() {
    return Json.from(members);
  }

  /** The state as it is now, to be saved. */
  public CheckpointContent content() {
    return CheckpointContent.of(json());
  }
}
