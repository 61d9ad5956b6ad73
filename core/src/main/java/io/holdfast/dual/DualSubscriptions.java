package io.holdfast.dual;

import io.holdfast.JobId;
import io.holdfast.Position;
import io.holdfast.subscription.HeldJob;
import io.holdfast.subscription.JoinRequest;
import io.holdfast.subscription.Membership;
import io.holdfast.subscription.Pulse;
import io.holdfast.subscription.Slice;
import io.holdfast.subscription.Subscription;
import io.holdfast.subscription.SubscriptionDefinition;
import io.holdfast.subscription.SubscriptionName;
import io.holdfast.subscription.SubscriptionStore;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Durable subscriptions, as the leading side has them. The other one keeps their place; who works
 * on them joins anew when it leads.
 */
final class DualSubscriptions implements SubscriptionStore {

  private final Access access;

  DualSubscriptions(Access access) {
    this.access = access;
  }

  private static Area one(SubscriptionName name) {
    return Area.one(Subscription.KIND, name.value());
  }

  /** Which may not have been copied yet. */
  private static List<Area> held(SubscriptionName name, JobId job) {
    return List.of(one(name), Area.one(HeldJob.KIND, name.value(), job.value()));
  }

  @Override
  public Mono<Void> create(SubscriptionDefinition definition) {
    return access.write(
        List.of(one(definition.name())), stores -> stores.subscriptions().create(definition));
  }

  @Override
  public Mono<Membership> join(JoinRequest request) {
    return access.write(
        List.of(one(request.name())), stores -> stores.subscriptions().join(request));
  }

  /** Changes nothing that is copied. */
  @Override
  public Mono<Pulse> renew(JoinRequest request) {
    return access.renew(List.of(), stores -> stores.subscriptions().renew(request));
  }

  @Override
  public Mono<Void> advance(SubscriptionName name, List<Slice> slices) {
    return access.write(List.of(one(name)), stores -> stores.subscriptions().advance(name, slices));
  }

  @Override
  public Mono<Void> leave(SubscriptionName name, String member) {
    return access.write(List.of(one(name)), stores -> stores.subscriptions().leave(name, member));
  }

  @Override
  public Mono<Void> hold(SubscriptionName name, JobId job) {
    return access.write(held(name, job), stores -> stores.subscriptions().hold(name, job));
  }

  @Override
  public Mono<Void> unhold(SubscriptionName name, JobId job) {
    return access.write(held(name, job), stores -> stores.subscriptions().unhold(name, job));
  }

  @Override
  public Flux<HeldJob> held(SubscriptionName name) {
    return access.askMany(stores -> stores.subscriptions().held(name));
  }

  @Override
  public Mono<Subscription> find(SubscriptionName name) {
    return access.ask(stores -> stores.subscriptions().find(name));
  }

  @Override
  public Flux<Subscription> list() {
    return access.askMany(stores -> stores.subscriptions().list());
  }

  @Override
  public Mono<Long> lag(SubscriptionName name) {
    return access.ask(stores -> stores.subscriptions().lag(name));
  }

  @Override
  public Mono<Void> pause(SubscriptionName name) {
    return access.write(List.of(one(name)), stores -> stores.subscriptions().pause(name));
  }

  @Override
  public Mono<Void> resume(SubscriptionName name) {
    return access.write(List.of(one(name)), stores -> stores.subscriptions().resume(name));
  }

  @Override
  public Mono<Void> rewind(SubscriptionName name, Position position) {
    return access.write(
        List.of(one(name)), stores -> stores.subscriptions().rewind(name, position));
  }

  @Override
  public Mono<Void> release(SubscriptionName name, JobId job) {
    return access.write(held(name, job), stores -> stores.subscriptions().release(name, job));
  }

  @Override
  public Mono<Void> delete(SubscriptionName name) {
    return access.write(
        List.of(one(name), Area.group(HeldJob.KIND, name.value())),
        stores -> stores.subscriptions().delete(name));
  }
}
