package io.holdfast.file;

import io.holdfast.NotFoundException;
import io.holdfast.Position;
import io.holdfast.subscription.Slice;
import io.holdfast.subscription.Subscription;
import io.holdfast.subscription.SubscriptionName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** Reads and writes the two documents of a subscription: its progress, and who works on it. */
final class SubscriptionDocuments {

  private SubscriptionDocuments() {}

  static DocumentKey key(SubscriptionName name) {
    return DocumentKey.of(name.value());
  }

  static @Nullable Subscription find(View view, SubscriptionName name) throws IOException {
    return view.find(Shelf.SUBSCRIPTIONS, key(name));
  }

  static Subscription get(View view, SubscriptionName name) throws IOException {
    Subscription there = find(view, name);
    if (there == null) {
      throw new NotFoundException("Subscription", name.value());
    }
    return there;
  }

  /** Who is there now: nobody who joined before the directory was opened. */
  static Roster roster(View view, Subscription subscription) throws IOException {
    SubscriptionName name = subscription.name();
    Roster there = view.find(Shelf.ROSTERS, key(name));
    int slices = subscription.slices().size();
    boolean isOfNow = there != null && view.isOfNow(there) && there.owners().size() == slices;
    return there == null || !isOfNow
        ? Roster.empty(name, view.opening(), slices)
        : there.at(view.now());
  }

  static Subscription with(Subscription old, long version, boolean paused, List<Slice> slices) {
    return new Subscription(
        old.name(), version, old.filter(), paused, slices, List.of(), old.createdAt());
  }

  /** The slices, those that are {@code chosen} under new tokens. */
  static List<Slice> renewed(Edit edit, List<Slice> slices, IntPredicate chosen)
      throws IOException {
    long token = highestToken(edit);
    List<Slice> renewed = new ArrayList<>(slices.size());
    for (Slice slice : slices) {
      renewed.add(
          chosen.test(slice.number())
              ? new Slice(slice.number(), ++token, slice.position())
              : slice);
    }
    raiseTokens(edit, token);
    return renewed;
  }

  private static long highestToken(Edit edit) throws IOException {
    Counter tokens = edit.find(Shelf.COUNTERS, DocumentKey.of(Counter.SUBSCRIPTIONS));
    return tokens == null ? 0 : tokens.value();
  }

  /** Tokens that are given out from now on are higher than those of {@code loaded}. */
  static void raiseTokens(Edit edit, Subscription loaded) throws IOException {
    raiseTokens(edit, loaded.slices().stream().mapToLong(Slice::token).max().orElse(0));
  }

  private static void raiseTokens(Edit edit, long token) throws IOException {
    if (token > highestToken(edit)) {
      edit.put(Shelf.COUNTERS, new Counter(Counter.SUBSCRIPTIONS, token));
    }
  }

  static List<Slice> allAt(List<Slice> slices, Position position) {
    return slices.stream().map(slice -> slice.at(position)).toList();
  }

  /** A slice has the newer token, or is further on with the same. */
  static boolean isNewer(Subscription record, Subscription there) {
    if (record.version() != there.version() || record.slices().size() != there.slices().size()) {
      return record.version() > there.version();
    }
    for (int i = 0; i < record.slices().size(); i++) {
      Slice a = record.slices().get(i);
      Slice b = there.slices().get(i);
      if (a.token() > b.token() || (a.token() == b.token() && !b.position().covers(a.position()))) {
        return true;
      }
    }
    return false;
  }
}
