package io.holdfast.dual;

import io.holdfast.transfer.Moved;
import io.holdfast.transfer.Relocation;
import java.util.List;
import reactor.core.publisher.Mono;

/**
 * That of the leading side: where it takes no more writes, nor does the pair. The following side is
 * not marked, as it is only a copy of what has moved. Marking is a write, which comes before an
 * exchange of the sides or goes to the one that leads after it; a side that was marked is not
 * exchanged.
 */
final class DualRelocation implements Relocation {

  private final LiveAccess access;

  DualRelocation(LiveAccess access) {
    this.access = access;
  }

  @Override
  public Mono<String> storeId() {
    return access.onLeading(storage -> storage.relocation().storeId());
  }

  @Override
  public Mono<Moved> find() {
    return access.onLeading(storage -> storage.relocation().find());
  }

  @Override
  public Mono<Moved> moveTo(Moved moved) {
    return access.change(List.of(), storage -> storage.relocation().moveTo(moved));
  }

  @Override
  public Mono<Moved> takeBack() {
    return access.change(List.of(), storage -> storage.relocation().takeBack());
  }
}
