package io.holdfast.file;

import io.holdfast.Names;
import io.holdfast.subscription.JoinRequest;
import io.holdfast.subscription.Member;
import io.holdfast.subscription.SubscriptionName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/**
 * Who works on a subscription: the members, which all belong to one opening of the directory, and
 * the owner of each slice, empty if it is free. Kept apart from the progress, which is exported.
 */
record Roster(SubscriptionName name, String opening, List<Lease> members, List<String> owners) {

  /** A member, and until when it counts as alive. */
  record Lease(String member, Instant until) {}

  Roster {
    members = List.copyOf(members);
    owners = List.copyOf(owners);
  }

  /** Nobody is there. */
  static Roster empty(SubscriptionName name, String opening, int slices) {
    return new Roster(name, opening, List.of(), Collections.nCopies(slices, ""));
  }

  boolean has(String member) {
    return members.stream().anyMatch(lease -> lease.member().equals(member));
  }

  /** Only the members whose lease lasts; the slices of the others are free. */
  Roster at(Instant now) {
    List<Lease> alive = members.stream().filter(lease -> lease.until().isAfter(now)).toList();
    List<String> ids = alive.stream().map(Lease::member).toList();
    List<String> taken = owners.stream().map(owner -> ids.contains(owner) ? owner : "").toList();
    return new Roster(name, opening, alive, taken);
  }

  Roster with(JoinRequest request, Instant now) {
    List<Lease> next = new ArrayList<>(without(request.member()).members);
    next.add(new Lease(request.member(), now.plus(request.leaseDuration())));
    return new Roster(name, opening, next, owners);
  }

  /** The same members but one, who still owns what it has. */
  private Roster without(String member) {
    return new Roster(
        name,
        opening,
        members.stream().filter(lease -> !lease.member().equals(member)).toList(),
        owners);
  }

  Roster left(String member) {
    return new Roster(
        name,
        opening,
        without(member).members,
        owners.stream().map(owner -> owner.equals(member) ? "" : owner).toList());
  }

  Roster owned(List<String> now) {
    return new Roster(name, opening, members, now);
  }

  long count(String owner) {
    return owners.stream().filter(owner::equals).count();
  }

  /** How many slices are for {@code member}: the first ones by name get what is left over. */
  int share(String member) {
    long before =
        members.stream().filter(lease -> Names.ORDER.compare(lease.member(), member) < 0).count();
    int all = members.size();
    return owners.size() / all + (before < owners.size() % all ? 1 : 0);
  }

  List<Member> toMembers() {
    return members.stream()
        .map(lease -> new Member(lease.member(), lease.until(), (int) count(lease.member())))
        .sorted(Comparator.comparing(Member::id, Names.ORDER))
        .toList();
  }
}
