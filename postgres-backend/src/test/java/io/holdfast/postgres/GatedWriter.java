package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Writes nothing: each group waits at a gate that the test opens. */
final class GatedWriter implements GroupWriter {

  private final List<List<AppendRequest>> groups = new CopyOnWriteArrayList<>();
  private final List<Sinks.Empty<Void>> gates = new CopyOnWriteArrayList<>();

  /** The job "held" belongs to another transaction. */
  @Override
  public Mono<List<AppendRequest>> write(List<AppendRequest> group) {
    Map<Boolean, List<AppendRequest>> byHeld =
        group.stream().collect(Collectors.partitioningBy(GatedWriter::isHeld));
    return gated(byHeld.get(false)).thenReturn(byHeld.get(true));
  }

  @Override
  public Mono<Void> writeWaiting(List<AppendRequest> group) {
    return gated(group);
  }

  private static boolean isHeld(AppendRequest request) {
    return request.batch().parts().get(0).job().value().equals("held");
  }

  private Mono<Void> gated(List<AppendRequest> group) {
    if (group.isEmpty()) {
      return Mono.empty();
    }
    Sinks.Empty<Void> gate = Sinks.empty();
    groups.add(group);
    gates.add(gate);
    return gate.asMono()
        .doOnSuccess(open -> group.forEach(GatedWriter::succeed))
        .onErrorResume(
            error -> {
              group.forEach(request -> request.failed(error));
              return Mono.empty();
            });
  }

  private static void succeed(AppendRequest request) {
    int parts = request.batch().parts().size();
    request.written(
        new Places(Numbers.of(new long[parts]), Numbers.of(new long[request.events()]), 0, 7));
  }

  /** What has been sent, group by group. */
  List<List<AppendRequest>> groups() {
    return groups;
  }

  void open(int group) {
    assertThat(gates.get(group).tryEmitEmpty()).isEqualTo(Sinks.EmitResult.OK);
  }

  void fail(int group, Throwable error) {
    assertThat(gates.get(group).tryEmitError(error)).isEqualTo(Sinks.EmitResult.OK);
  }

  /** Opens all there are, and those that come by that. */
  void openAll() {
    for (int n = 0; n < gates.size(); n++) {
      var unused = gates.get(n).tryEmitEmpty();
    }
  }
}
