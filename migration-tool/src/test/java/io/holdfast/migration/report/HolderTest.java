package io.holdfast.migration.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class HolderTest {

  @Test
  void a_process_that_runs_is_not_gone() {
    assertThat(Holder.isGone(Holder.current())).isFalse();
  }

  @Test
  void a_process_of_this_host_that_has_ended_is_gone() throws IOException, InterruptedException {
    Process process = new ProcessBuilder("true").start();
    assertThat(process.waitFor()).isZero();
    String here = Holder.current();

    assertThat(Holder.isGone(process.pid() + here.substring(here.indexOf('@')))).isTrue();
  }

  @Test
  void nobody_is_gone_of_whom_this_process_cannot_know() {
    String here = Holder.current();
    String gone = "999999999" + here.substring(here.indexOf('@'));

    assertThat(Holder.isGone("")).isFalse();
    assertThat(Holder.isGone("999999999@elsewhere")).isFalse();
    assertThat(Holder.isGone(gone.replaceFirst("@[^ ]+", "@elsewhere"))).isFalse();
    assertThat(Holder.isGone(gone.replaceFirst(" [^ ]+ ", " another-start/pid:[1] "))).isFalse();
    assertThat(Holder.isGone(gone.replaceFirst("999999999", "x"))).isFalse();
    assertThat(Holder.isGone(gone)).isTrue();
  }
}
