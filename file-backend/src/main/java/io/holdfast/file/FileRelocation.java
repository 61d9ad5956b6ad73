package io.holdfast.file;

import io.holdfast.transfer.Moved;
import io.holdfast.transfer.Relocation;
import java.util.Objects;
import reactor.core.publisher.Mono;

/** Where the directory has moved to is in {@code holdfast.json}, which every opening looks at. */
record FileRelocation(Engine engine) implements Relocation {

  @Override
  public Mono<String> storeId() {
    return engine.scope().read(view -> Format.read(engine.state().root()).store());
  }

  @Override
  public Mono<Moved> find() {
    return engine.scope().read(view -> Format.read(engine.state().root()).moved());
  }

  @Override
  public Mono<Moved> moveTo(Moved moved) {
    Objects.requireNonNull(moved, "moved");
    return engine.moveTo(moved);
  }

  @Override
  public Mono<Moved> takeBack() {
    return engine.takeBack();
  }
}
