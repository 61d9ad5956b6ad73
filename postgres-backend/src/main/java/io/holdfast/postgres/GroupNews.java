package io.holdfast.postgres;

import io.micrometer.core.instrument.Counter;
import java.util.List;
import java.util.function.Supplier;

/** Passes on that groups have committed: to the subscribers of this process, and to others'. */
final class GroupNews implements GroupListener {

  private final Head head;
  private final Announcer announcer;
  private final Counter groups;

  GroupNews(Head head, Announcer announcer, Counter groups) {
    this.head = head;
    this.announcer = announcer;
    this.groups = groups;
  }

  @Override
  public void committed(Supplier<List<OwnRun>> runs) {
    groups.increment();
    head.committed(runs);
    announcer.tellOthers();
  }

  @Override
  public void committed() {
    groups.increment();
    announcer.eventsCommitted();
  }
}
