package io.holdfast.migration.report;

import io.holdfast.migration.copy.Summing.Summed;
import io.holdfast.migration.proof.Root;
import io.holdfast.transfer.KindSum;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a storage was found to hold beside what it should.
 *
 * @param root what it should hold, in one number
 * @param kinds what it should hold of each kind; empty if only the root is known
 * @param found what it holds
 * @param unnoted why the storage could not remember it; {@code null} if it did, or was not to
 */
public record Expected(
    Root root, List<KindSum> kinds, List<Summed> found, @Nullable String unnoted) {

  /** Copies the lists. */
  public Expected {
    kinds = List.copyOf(kinds);
    found = List.copyOf(found);
  }

  Expected unnoted(String why) {
    return new Expected(root, kinds, found, why);
  }

  /** The root of what was found. */
  public Root foundRoot() {
    return Root.of(found.stream().map(Summed::sum).toList());
  }

  /** True if it holds what it should. */
  public boolean isMet() {
    return root.equals(foundRoot());
  }

  /** Prints what was found, and the verdict. */
  public void print(PrintWriter out) {
    out.println();
    for (Summed summed : found) {
      KindSum sum = summed.sum();
      out.println(
          String.format(
              Locale.ROOT,
              "%-13s %,12d  %s%s",
              sum.kind(),
              sum.records(),
              sum.sha256(),
              kinds.isEmpty() || kinds.contains(sum) ? "" : "  DIFFERENT"));
    }
    out.println();
    out.println("root          " + foundRoot());
    if (!isMet()) {
      out.println("expected      " + root);
    }
    out.println();
    out.println(isMet() ? "Identical." : "NOT identical.");
    if (unnoted != null) {
      out.println("This could not be noted: " + unnoted);
    }
  }
}
