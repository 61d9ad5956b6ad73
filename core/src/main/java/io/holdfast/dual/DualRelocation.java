package io.holdfast.dual;

import io.holdfast.transfer.Moved;
import io.holdfast.transfer.Relocation;
import reactor.core.publisher.Mono;

/** That of the leading side: where it takes no more writes, nor does the pair. */
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
    return access.onLeading(storage -> storage.relocation().moveTo(moved));
  }

  @Override
  public Mono<Moved> takeBack() {
    return access.onLeading(storage -> storage.relocation().takeBack());
  }
}
