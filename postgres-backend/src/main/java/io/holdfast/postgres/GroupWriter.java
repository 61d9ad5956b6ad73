package io.holdfast.postgres;

import java.util.List;
import reactor.core.publisher.Mono;

/** What a lane hands its groups to. It tells each request how it has ended. */
interface GroupWriter {

  /** Writes what can be written at once; emits the rest, which is not told anything yet. */
  Mono<List<AppendRequest>> write(List<AppendRequest> group);

  /** Writes all, however long others hold the jobs. */
  Mono<Void> writeWaiting(List<AppendRequest> group);
}
