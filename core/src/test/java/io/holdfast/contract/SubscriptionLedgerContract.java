package io.holdfast.contract;

import static io.holdfast.contract.Samples.JOB;
import static io.holdfast.contract.Samples.LONG;
import static io.holdfast.contract.Samples.SESSION;
import static io.holdfast.contract.Samples.SHORT;
import static io.holdfast.contract.Samples.details;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.holdfast.ConflictException;
import io.holdfast.LockLostException;
import io.holdfast.NotFoundException;
import io.holdfast.Position;
import io.holdfast.event.EventFilter;
import io.holdfast.subscription.HeldJob;
import io.holdfast.subscription.JoinRequest;
import io.holdfast.subscription.Member;
import io.holdfast.subscription.Membership;
import io.holdfast.subscription.Slice;
import io.holdfast.subscription.Subscription;
import io.holdfast.subscription.SubscriptionDefinition;
import io.holdfast.subscription.SubscriptionName;
import io.holdfast.subscription.SubscriptionStore;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Who has which slices of a durable subscription, and how far they are. */
public interface SubscriptionLedgerContract extends StorageContract {

  /** The subscription of these tests. */
  SubscriptionName NAME = new SubscriptionName("billing");

  private SubscriptionStore store() {
    return storage().subscriptions();
  }

  private void create(int slices) {
    Await.done(store().create(definition(slices, EventFilter.all())));
    assertThat(Await.value(store().find(NAME)).slices()).hasSize(slices);
  }

  private static SubscriptionDefinition definition(int slices, EventFilter filter) {
    return new SubscriptionDefinition(NAME, filter, slices, new Position("3"));
  }

  private Membership join(String member, Duration lease) {
    return Await.value(store().join(new JoinRequest(NAME, member, lease)));
  }

  private boolean mustRejoin(String member) {
    return Await.value(store().renew(new JoinRequest(NAME, member, LONG))).rejoin();
  }

  private static List<Slice> at(Membership membership, String position) {
    return membership.slices().stream().map(slice -> slice.at(new Position(position))).toList();
  }

  private static List<Integer> numbers(Membership... memberships) {
    return Stream.of(memberships)
        .flatMap(membership -> membership.slices().stream())
        .map(Slice::number)
        .sorted()
        .toList();
  }

  @Test
  default void a_subscription_is_created_once_and_begins_where_it_is_told() {
    create(8);
    Subscription first = Await.value(store().get(NAME));
    Await.done(
        store().create(new SubscriptionDefinition(NAME, EventFilter.all(), 8, new Position("99"))));

    assertThat(Await.value(store().get(NAME))).isEqualTo(first);
    assertThat(first.position()).isEqualTo(new Position("3"));
    assertThat(first.paused()).isFalse();
    assertThat(first.members()).isEmpty();
    Await.failure(ConflictException.class, store().create(definition(9, EventFilter.all())));
    Await.failure(
        ConflictException.class, store().create(definition(8, EventFilter.all().withTypes("x"))));
  }

  @Test
  default void callers_that_create_it_at_once_make_one() {
    assertThat(
            Race.allWin(
                16, i -> store().create(definition(64, EventFilter.all())).thenReturn(true)))
        .hasSize(16);
    assertThat(Await.all(store().list())).hasSize(1);
    assertThat(Await.value(store().get(NAME)).slices()).hasSize(64);
  }

  @Test
  default void one_member_has_all_slices_and_two_share_them() {
    create(9);
    Membership alone = join("a", LONG);
    assertThat(numbers(alone)).hasSize(9);
    assertThat(numbers(join("b", LONG))).as("nothing is taken from a member").isEmpty();
    assertThat(mustRejoin("a")).as("it has more than its share").isTrue();

    Membership a = join("a", LONG);
    assertThat(mustRejoin("b")).as("there are free slices").isTrue();
    Membership b = join("b", LONG);

    assertThat(a.slices()).hasSize(5);
    assertThat(b.slices()).hasSize(4);
    assertThat(numbers(a, b)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8);
    assertThat(mustRejoin("a")).isFalse();
    assertThat(mustRejoin("b")).isFalse();
    assertThat(Await.value(store().get(NAME)).members())
        .extracting(Member::id, Member::slices)
        .containsExactly(tuple("a", 5), tuple("b", 4));
  }

  @Test
  default void members_that_join_at_once_never_have_a_slice_in_common() {
    create(64);
    List<Membership> memberships =
        Race.allWin(8, i -> store().join(new JoinRequest(NAME, "m-" + i, LONG)));

    assertThat(numbers(memberships.toArray(Membership[]::new))).doesNotHaveDuplicates();
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < 8; i++) {
        var unused = join("m-" + i, LONG);
      }
    }
    assertThat(Await.value(store().get(NAME)).members())
        .hasSize(8)
        .allSatisfy(member -> assertThat(member.slices()).isEqualTo(8));
  }

  @Test
  default void progress_moves_under_the_newest_tokens_and_never_back() {
    create(4);
    Membership a = join("a", LONG);
    Await.done(store().advance(NAME, at(a, "10")));
    Await.done(store().advance(NAME, at(a, "7")));

    assertThat(Await.value(store().get(NAME)).position()).isEqualTo(new Position("10"));
    Membership again = join("a", LONG);
    assertThat(again.slices()).extracting(Slice::position).containsOnly(new Position("10"));
    assertThat(again.slices())
        .extracting(Slice::token)
        .doesNotContainAnyElementsOf(a.slices().stream().map(Slice::token).toList());
    Await.failure(LockLostException.class, store().advance(NAME, at(a, "20")));
    assertThat(Await.value(store().get(NAME)).position()).isEqualTo(new Position("10"));
  }

  @Test
  default void all_slices_move_or_none() {
    create(4);
    Membership a = join("a", LONG);
    Slice stale = new Slice(3, a.slices().get(3).token() + 1_000, new Position("20"));
    List<Slice> mixed = List.of(a.slices().get(0).at(new Position("20")), stale);

    Await.failure(LockLostException.class, store().advance(NAME, mixed));

    assertThat(Await.value(store().get(NAME)).slices())
        .extracting(Slice::position)
        .containsOnly(new Position("3"));
  }

  @Test
  default void a_member_that_is_silent_is_replaced_and_fenced() {
    create(4);
    Membership dead = join("dead", SHORT);
    assertThat(dead.slices()).hasSize(4);

    Membership next =
        Await.until(
            store()
                .join(new JoinRequest(NAME, "next", LONG))
                .filter(membership -> membership.slices().size() == 4));

    Await.done(store().advance(NAME, at(next, "10")));
    Await.failure(LockLostException.class, store().advance(NAME, at(dead, "50")));
    Await.failure(
        LockLostException.class,
        storage()
            .inTransaction(
                tx ->
                    tx.sessions()
                        .create(SESSION, details(1))
                        .then(tx.subscriptions().advance(NAME, at(dead, "50")))));
    assertThat(Await.maybe(storage().sessions().find(SESSION))).isEmpty();
    assertThat(Await.value(store().get(NAME)).position()).isEqualTo(new Position("10"));
    assertThat(Await.value(store().renew(new JoinRequest(NAME, "dead", SHORT))).rejoin()).isTrue();
  }

  @Test
  default void progress_and_writes_are_one_transaction() {
    create(4);
    Membership a = join("a", LONG);

    Await.failure(
        IllegalArgumentException.class,
        storage()
            .inTransaction(
                tx ->
                    tx.subscriptions()
                        .advance(NAME, at(a, "10"))
                        .then(tx.sessions().create(SESSION, details(1)))
                        .then(Mono.error(new IllegalArgumentException("no")))));
    assertThat(Await.value(store().get(NAME)).position()).isEqualTo(new Position("3"));

    Await.value(
        storage()
            .inTransaction(
                tx ->
                    tx.subscriptions()
                        .advance(NAME, at(a, "10"))
                        .then(tx.sessions().create(SESSION, details(1)))));
    assertThat(Await.value(store().get(NAME)).position()).isEqualTo(new Position("10"));
    assertThat(Await.maybe(storage().sessions().find(SESSION))).isPresent();
  }

  @Test
  default void a_member_that_leaves_frees_its_slices_at_once() {
    create(4);
    Membership a = join("a", LONG);
    assertThat(a.slices()).hasSize(4);
    Await.done(store().leave(NAME, "a"));

    assertThat(numbers(join("b", LONG))).hasSize(4);
    Await.failure(LockLostException.class, store().advance(NAME, at(a, "10")));
    Await.done(store().leave(NAME, "a"));
    assertThat(Await.value(store().get(NAME)).members()).hasSize(1);
  }

  @Test
  default void a_rewind_takes_the_tokens_away() {
    create(4);
    Membership a = join("a", LONG);
    Await.done(store().advance(NAME, at(a, "10")));
    long version = Await.value(store().get(NAME)).version();

    Await.done(store().rewind(NAME, new Position("1")));

    Await.failure(LockLostException.class, store().advance(NAME, at(a, "20")));
    Subscription after = Await.value(store().get(NAME));
    assertThat(after.slices()).extracting(Slice::position).containsOnly(new Position("1"));
    assertThat(after.version()).isGreaterThan(version);
    assertThat(numbers(join("a", LONG))).hasSize(4);
  }

  @Test
  default void a_pause_and_a_release_are_a_word_to_the_members() {
    create(1);
    var unused = join("a", LONG);
    long first = Await.value(store().renew(new JoinRequest(NAME, "a", LONG))).version();
    Await.done(store().pause(NAME));
    long second = Await.value(store().renew(new JoinRequest(NAME, "a", LONG))).version();
    Await.done(store().pause(NAME));
    Await.done(store().hold(NAME, JOB));

    assertThat(second).isGreaterThan(first);
    assertThat(join("a", LONG).paused()).isTrue();
    assertThat(join("a", LONG).version()).as("pausing again is nothing new").isEqualTo(second);
    Await.done(store().resume(NAME));
    assertThat(join("a", LONG).paused()).isFalse();
    long third = join("a", LONG).version();
    Await.done(store().release(NAME, JOB));
    assertThat(join("a", LONG).version()).isGreaterThan(third);
  }

  @Test
  default void a_held_job_is_known_until_it_is_let_go() {
    create(1);
    Await.done(store().hold(NAME, JOB));
    assertThat(Await.all(store().held(NAME)))
        .extracting(HeldJob::job, HeldJob::released)
        .containsExactly(tuple(JOB, false));

    Await.done(store().release(NAME, JOB));
    assertThat(Await.all(store().held(NAME))).extracting(HeldJob::released).containsExactly(true);
    Await.done(store().unhold(NAME, JOB));
    assertThat(Await.all(store().held(NAME))).isEmpty();
    Await.failure(NotFoundException.class, store().release(NAME, JOB));
  }

  @Test
  default void a_deleted_subscription_is_gone_and_its_tokens_are_not_given_again() {
    create(2);
    Membership a = join("a", LONG);
    Await.done(store().hold(NAME, JOB));
    Await.done(store().delete(NAME));
    Await.done(store().delete(NAME));

    assertThat(Await.maybe(store().find(NAME))).isEmpty();
    assertThat(Await.all(store().held(NAME))).isEmpty();
    Await.failure(NotFoundException.class, store().join(new JoinRequest(NAME, "a", LONG)));
    Await.failure(NotFoundException.class, store().renew(new JoinRequest(NAME, "a", LONG)));
    Await.failure(LockLostException.class, store().advance(NAME, at(a, "9")));
    create(2);
    Await.failure(LockLostException.class, store().advance(NAME, at(a, "9")));
  }

  @Test
  default void progress_survives_reopening() {
    create(4);
    Membership a = join("a", LONG);
    Await.done(store().advance(NAME, at(a, "10")));
    Await.done(store().leave(NAME, "a"));
    Subscription before = Await.value(store().get(NAME));
    reopen();

    assertThat(Await.value(store().get(NAME))).isEqualTo(before);
    assertThat(numbers(join("b", LONG))).hasSize(4);
    Await.failure(LockLostException.class, store().advance(NAME, at(a, "11")));
  }
}
