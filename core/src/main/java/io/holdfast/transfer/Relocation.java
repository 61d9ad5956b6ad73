package io.holdfast.transfer;

import io.holdfast.ConflictException;
import io.holdfast.MovedException;
import reactor.core.publisher.Mono;

/**
 * Whether a storage has moved to another one. If it has, it takes no more writes, whichever process
 * they come from and of whichever version that is: they fail with {@link MovedException}, and so
 * does opening it to write. It is read as before. Nothing is deleted. What changes the tables or
 * files of a storage without its library is not seen.
 */
public interface Relocation {

  /**
   * What tells this storage from all others. It was made up when the storage was made, and a copy
   * of all of its files or tables has the same.
   *
   * @return the id; never empty
   */
  Mono<String> storeId();

  /** Where this storage has moved to; empty if it has not. */
  Mono<Moved> find();

  /**
   * Notes that this storage has moved, durably. What was acknowledged before is there, and whatever
   * else was under way fails: there is no write that is neither before nor refused.
   *
   * <p>If it is noted already that it has moved to the same storage, that stays as it is. Fails
   * with {@link ConflictException} if it has moved to another one, and with {@link
   * io.holdfast.UnavailableException}, having changed nothing, while others keep on writing, or if
   * this storage is open to read only. A cancel may come too late; doing it again is harmless.
   *
   * @return what is noted now; never empty
   */
  Mono<Moved> moveTo(Moved moved);

  /**
   * Takes it back: from now on the storage can be written to again. Works where it is open to read
   * only, too, as nobody could have opened it otherwise; whoever has it open so goes on reading.
   *
   * <p>Fails with {@link io.holdfast.UnavailableException}, having changed nothing, while others
   * keep it busy. A cancel may come too late; doing it again is harmless.
   *
   * @return what was noted; empty if nothing was
   */
  Mono<Moved> takeBack();
}
