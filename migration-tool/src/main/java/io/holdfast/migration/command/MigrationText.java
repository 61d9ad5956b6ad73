package io.holdfast.migration.command;

import io.holdfast.migration.report.Holder;
import io.holdfast.migration.report.MigrationStatus;
import io.holdfast.transfer.MigrationRun;
import java.io.PrintWriter;
import java.util.Locale;

/** Shows how far a migration is. */
final class MigrationText {

  private MigrationText() {}

  static void print(PrintWriter out, MigrationStatus status) {
    MigrationRun run = status.run();
    field(out, "source", run.source());
    field(out, "state", run.state() + (run.holder().isEmpty() ? "" : ", by " + holder(run)));
    field(out, "started", run.startedAt().toString());
    field(out, "updated", run.updatedAt().toString());
    if (!run.sums().isEmpty()) {
      field(out, "root", status.root());
    }
    out.println();
    Table table = new Table().left("").right("chunks").right("records").left("last");
    status
        .kinds()
        .forEach(
            kind ->
                table.row(kind.kind(), number(kind.chunks()), number(kind.records()), kind.last()));
    table.print(out);
  }

  /** Process and host; what else tells it from others is not for people. */
  private static String holder(MigrationRun run) {
    String name = run.holder().split(" ", 2)[0];
    return Holder.isGone(run.holder()) ? name + ", which is gone" : name;
  }

  private static void field(PrintWriter out, String name, String value) {
    out.println(String.format(Locale.ROOT, "%-9s%s", name, value));
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }
}
