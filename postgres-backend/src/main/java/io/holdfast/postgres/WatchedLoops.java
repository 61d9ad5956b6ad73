package io.holdfast.postgres;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollSocketChannel;
import java.time.Duration;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

/**
 * Event loops whose connections notice within a minute that the network has gone without a word. A
 * deadline for each statement would not do: an index or a COPY may rightly take long, and what the
 * operating system looks for is whether the other side still answers, not whether it is done.
 *
 * <p>Only Linux lets us say so; elsewhere its own times count.
 */
record WatchedLoops(LoopResources loops) implements LoopResources {

  /** As the server is told to watch us. */
  private static final int IDLE_SECONDS = 30;

  private static final int INTERVAL_SECONDS = 10;
  private static final int PROBES = 3;

  /** For what was sent, and not even received. */
  private static final int UNACKNOWLEDGED_MILLIS = 60_000;

  @Override
  public <C extends Channel> C onChannel(Class<C> type, EventLoopGroup group) {
    C channel = loops.onChannel(type, group);
    if (channel instanceof EpollSocketChannel epoll) {
      epoll
          .config()
          .setKeepAlive(true)
          .setTcpKeepIdle(IDLE_SECONDS)
          .setTcpKeepIntvl(INTERVAL_SECONDS)
          .setTcpKeepCnt(PROBES)
          .setTcpUserTimeout(UNACKNOWLEDGED_MILLIS);
    }
    return channel;
  }

  @Override
  public <C extends Channel> Class<? extends C> onChannelClass(
      Class<C> type, EventLoopGroup group) {
    return loops.onChannelClass(type, group);
  }

  @Override
  public EventLoopGroup onClient(boolean useNative) {
    return loops.onClient(useNative);
  }

  @Override
  public EventLoopGroup onServer(boolean useNative) {
    return loops.onServer(useNative);
  }

  @Override
  public EventLoopGroup onServerSelect(boolean useNative) {
    return loops.onServerSelect(useNative);
  }

  @Override
  public boolean daemon() {
    return loops.daemon();
  }

  @Override
  public void dispose() {
    loops.dispose();
  }

  @Override
  public boolean isDisposed() {
    return loops.isDisposed();
  }

  @Override
  public Mono<Void> disposeLater(Duration quietPeriod, Duration timeout) {
    return loops.disposeLater(quietPeriod, timeout);
  }
}
