package io.holdfast.subscription;

import io.holdfast.Names;
import io.holdfast.Position;
import io.holdfast.deadletter.ItemId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The items under which a subscription puts events to the dead letters: its name, an at sign, and
 * the position, so that items sort as positions do. No other subscription's begin so, because an at
 * sign in a name is doubled. Anybody may have put other items between them.
 */
final class LetterItems {

  private static final Pattern DIGITS = Pattern.compile("\\d+");

  /** As many as a position may have. */
  private static final int DIGITS_MAX = 18;

  private final String prefix;
  private final Pattern own;

  LetterItems(SubscriptionName name) {
    String full = name.value().replace("@", "@@") + "@";
    this.prefix = full.length() + DIGITS_MAX <= Names.NAME_CHARS_MAX ? full : hashed(full);
    this.own = Pattern.compile(Pattern.quote(prefix) + "[0-9]{" + DIGITS_MAX + "}");
  }

  /** For a name with many at signs: no full one begins with a single at sign. */
  private static String hashed(String full) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] hash = digest.digest(full.getBytes(StandardCharsets.UTF_8));
      return "@" + HexFormat.of().formatHex(hash) + "@";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }

  ItemId of(Position position) {
    String padded =
        DIGITS
            .matcher(position.value())
            .replaceAll(
                digits -> "0".repeat(DIGITS_MAX - digits.group().length()) + digits.group());
    return new ItemId(prefix + padded);
  }

  /** Sorts before all of them. */
  ItemId before() {
    return new ItemId(prefix);
  }

  boolean isOwn(ItemId item) {
    return own.matcher(item.value()).matches();
  }

  /** True if {@code item} sorts behind all of them. */
  boolean isBehind(ItemId item) {
    return Names.ORDER.compare(item.value(), prefix + "9".repeat(DIGITS_MAX)) > 0;
  }
}
