package io.holdfast.postgres;

import io.micrometer.core.instrument.Counter;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Passes on that groups have committed: to the subscribers of this process, and to others'. */
final class GroupNews implements GroupListener {

  private static final Logger LOG = LoggerFactory.getLogger(GroupNews.class);

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
    try {
      head.committed(runs);
    } catch (RuntimeException bug) {
      // Nobody's append has failed because of it, and the events are in the database.
      LOG.error("Could not hand on what was committed; it is read instead", bug);
      announcer.committed();
    }
    announcer.tellOthers();
  }

  @Override
  public void committed() {
    groups.increment();
    announcer.committed();
  }

  @Override
  public void interrupted() {
    head.forgetOwn();
  }
}
