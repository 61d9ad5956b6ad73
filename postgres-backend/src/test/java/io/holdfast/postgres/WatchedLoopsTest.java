package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.SocketChannel;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.OS;
import reactor.netty.resources.LoopResources;

/** How soon a connection notices that nobody answers. */
class WatchedLoopsTest {

  private final LoopResources loops =
      new WatchedLoops(LoopResources.create("watched", 1, 1, true, false));

  @AfterEach
  void stop() {
    loops.disposeLater(Duration.ZERO, Duration.ofSeconds(5)).block(Duration.ofSeconds(20));
  }

  @Test
  void a_connection_asks_after_half_a_minute_and_gives_up_after_another() {
    EventLoopGroup group = loops.onClient(true);
    SocketChannel channel = loops.onChannel(SocketChannel.class, group);

    assertThat(channel instanceof EpollSocketChannel)
        .as("the times can be set where there is epoll")
        .isEqualTo(OS.LINUX.isCurrentOs());
    if (channel instanceof EpollSocketChannel epoll) {
      assertThat(epoll.config().isKeepAlive()).isTrue();
      assertThat(epoll.config().getTcpKeepIdle()).isEqualTo(30);
      assertThat(epoll.config().getTcpKeepIntvl() * epoll.config().getTcpKeepCnt()).isEqualTo(30);
      assertThat(epoll.config().getTcpUserTimeout()).isEqualTo(60_000);
    }
    channel.unsafe().closeForcibly();
  }
}
