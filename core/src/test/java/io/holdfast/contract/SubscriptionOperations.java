package io.holdfast.contract;

import static io.holdfast.contract.Operation.Emits.NOTHING;
import static io.holdfast.contract.Operation.Emits.ONE;
import static io.holdfast.contract.Operation.Emits.SOME;
import static io.holdfast.contract.Operation.freshId;
import static io.holdfast.contract.Operation.reads;
import static io.holdfast.contract.Operation.writes;
import static io.holdfast.contract.Samples.JOB;
import static io.holdfast.contract.Samples.LONG;

import io.holdfast.Position;
import io.holdfast.UnifiedStorage;
import io.holdfast.event.EventFilter;
import io.holdfast.subscription.JoinRequest;
import io.holdfast.subscription.Membership;
import io.holdfast.subscription.Slice;
import io.holdfast.subscription.SubscriptionDefinition;
import io.holdfast.subscription.SubscriptionName;
import java.util.List;
import java.util.stream.Stream;

/** The operations of durable subscriptions. */
final class SubscriptionOperations {

  private SubscriptionOperations() {}

  static List<Operation> all() {
    return Stream.of(members(), operators()).flatMap(List::stream).toList();
  }

  private static List<Operation> members() {
    return List.of(
        writes(
            "subscriptions.create",
            NOTHING,
            s -> definition(new SubscriptionName(freshId())),
            (s, definition) -> s.subscriptions().create(definition)),
        writes(
            "subscriptions.join",
            ONE,
            SubscriptionOperations::created,
            (s, name) -> s.subscriptions().join(joining(name))),
        reads(
            "subscriptions.renew",
            ONE,
            SubscriptionOperations::joined,
            (s, held) -> s.subscriptions().renew(joining(held.name()))),
        writes(
            "subscriptions.advance",
            NOTHING,
            SubscriptionOperations::joined,
            (s, held) -> s.subscriptions().advance(held.name(), held.at(new Position("5")))),
        writes(
            "subscriptions.leave",
            NOTHING,
            SubscriptionOperations::joined,
            (s, held) -> s.subscriptions().leave(held.name(), "member")),
        writes(
            "subscriptions.hold",
            NOTHING,
            SubscriptionOperations::created,
            (s, name) -> s.subscriptions().hold(name, JOB)),
        writes(
            "subscriptions.unhold",
            NOTHING,
            SubscriptionOperations::holding,
            (s, name) -> s.subscriptions().unhold(name, JOB)),
        reads(
            "subscriptions.held",
            SOME,
            SubscriptionOperations::holding,
            (s, name) -> s.subscriptions().held(name)));
  }

  private static List<Operation> operators() {
    return List.of(
        reads(
            "subscriptions.find",
            ONE,
            SubscriptionOperations::created,
            (s, name) -> s.subscriptions().find(name)),
        reads(
            "subscriptions.get",
            ONE,
            SubscriptionOperations::created,
            (s, name) -> s.subscriptions().get(name)),
        reads(
            "subscriptions.list",
            SOME,
            SubscriptionOperations::created,
            (s, name) -> s.subscriptions().list()),
        reads(
            "subscriptions.lag",
            ONE,
            SubscriptionOperations::created,
            (s, name) -> s.subscriptions().lag(name)),
        writes(
            "subscriptions.pause",
            NOTHING,
            SubscriptionOperations::created,
            (s, name) -> s.subscriptions().pause(name)),
        writes(
            "subscriptions.resume",
            NOTHING,
            SubscriptionOperations::paused,
            (s, name) -> s.subscriptions().resume(name)),
        writes(
            "subscriptions.rewind",
            NOTHING,
            SubscriptionOperations::created,
            (s, name) -> s.subscriptions().rewind(name, Position.BEGINNING)),
        writes(
            "subscriptions.release",
            NOTHING,
            SubscriptionOperations::holding,
            (s, name) -> s.subscriptions().release(name, JOB)),
        writes(
            "subscriptions.delete",
            NOTHING,
            SubscriptionOperations::created,
            (s, name) -> s.subscriptions().delete(name)));
  }

  static SubscriptionDefinition definition(SubscriptionName name) {
    return new SubscriptionDefinition(name, EventFilter.all(), 4, Position.BEGINNING);
  }

  private static JoinRequest joining(SubscriptionName name) {
    return new JoinRequest(name, "member", LONG);
  }

  private static SubscriptionName created(UnifiedStorage storage) {
    SubscriptionName name = new SubscriptionName(freshId());
    Await.done(storage.subscriptions().create(definition(name)));
    return name;
  }

  private static SubscriptionName paused(UnifiedStorage storage) {
    SubscriptionName name = created(storage);
    Await.done(storage.subscriptions().pause(name));
    return name;
  }

  private static SubscriptionName holding(UnifiedStorage storage) {
    SubscriptionName name = created(storage);
    Await.done(storage.subscriptions().hold(name, JOB));
    return name;
  }

  /** What a member has got. */
  private record Held(SubscriptionName name, Membership membership) {

    List<Slice> at(Position position) {
      return membership.slices().stream().map(slice -> slice.at(position)).toList();
    }
  }

  private static Held joined(UnifiedStorage storage) {
    SubscriptionName name = created(storage);
    return new Held(name, Await.value(storage.subscriptions().join(joining(name))));
  }
}
