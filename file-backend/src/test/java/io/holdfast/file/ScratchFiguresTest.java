package io.holdfast.file;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.SessionId;
import io.holdfast.UnifiedStorage;
import io.holdfast.contract.Await;
import io.holdfast.dual.DualMode;
import io.holdfast.event.Event;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.session.Session;
import io.holdfast.session.SessionDetails;
import io.holdfast.session.SessionState;
import io.holdfast.session.SessionTiming;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;

class ScratchFiguresTest {

  @RegisterExtension final DualDirectories sides = DualDirectories.in(DualMode.WRITE_THROUGH);

  @RegisterExtension final FreshDirectory alone = new FreshDirectory();

  private void events(String what, UnifiedStorage storage) {
    long start = System.nanoTime();
    Await.done(
        Flux.range(0, 5_000)
            .flatMap(
                n ->
                    storage
                        .events()
                        .append(
                            new JobId("j" + n % 100),
                            ExpectedVersion.any(),
                            List.of(Event.of("e", Json.of("{\"n\":" + n + "}")))),
                64));
    System.out.printf(
        "FIGURE %s events/s %.0f%n", what, 5_000 / ((System.nanoTime() - start) / 1e9));
  }

  private void sessions(String what, UnifiedStorage storage, int round) {
    long start = System.nanoTime();
    Await.done(
        Flux.range(0, 3_000)
            .flatMap(
                n ->
                    storage
                        .sessions()
                        .create(
                            new SessionId("s" + round + "-" + n),
                            SessionDetails.of("t", "r", Json.EMPTY)),
                64));
    System.out.printf(
        "FIGURE %s sessions/s %.0f%n", what, 3_000 / ((System.nanoTime() - start) / 1e9));
  }

  @Test
  void figures() {
    for (int i = 0; i < 3; i++) {
      events("alone", alone.storage());
      events("dual", sides.storage());
      sessions("alone", alone.storage(), i);
      sessions("dual", sides.storage(), i);
    }
    long start = System.nanoTime();
    Await.done(sides.storage().caughtUp());
    System.out.printf("FIGURE caught up after %.1f ms%n", (System.nanoTime() - start) / 1e6);
    List<Session> many =
        IntStream.range(0, 50_000)
            .mapToObj(
                n ->
                    new Session(
                        new SessionId("m" + n),
                        1,
                        SessionState.RUNNING,
                        SessionDetails.of("t", "r", Json.of("{\"n\":" + n + "}")),
                        new SessionTiming(
                            Instant.EPOCH.plusSeconds(n), Instant.EPOCH.plusSeconds(n), null)))
            .toList();
    for (int i = 0; i < many.size(); i += 1_000) {
      Await.value(sides.first().transfer(Session.KIND).load(many.subList(i, i + 1_000)));
    }
    start = System.nanoTime();
    Await.done(sides.storage().compare());
    Await.done(sides.storage().caughtUp());
    System.out.printf(
        "FIGURE back-fill of 50000 sessions %.1f s%n", (System.nanoTime() - start) / 1e9);
    start = System.nanoTime();
    Await.done(sides.storage().compare());
    Await.done(sides.storage().caughtUp());
    System.out.printf(
        "FIGURE compare of 59000 sessions %.1f s%n", (System.nanoTime() - start) / 1e9);
  }
}
