package io.holdfast.postgres;

import io.holdfast.JobId;
import io.holdfast.event.EventFilter;
import io.holdfast.subscription.HeldJob;
import io.holdfast.subscription.Member;
import io.holdfast.subscription.Slice;
import io.holdfast.subscription.Subscription;
import io.holdfast.subscription.SubscriptionName;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Subscriptions as rows: slices and members are gathered into arrays of texts. */
final class SubscriptionRows {

  /** For {@link #subscription}, where the table is {@code s}; without members. */
  static final String RECORD =
      """
      s.name, s.version, s.filter, s.paused, s.created_at,
        ARRAY(SELECT c.token || ' ' || c.position
              FROM {schema}.subscription_slices c
              WHERE c.name = s.name
              ORDER BY c.slice) AS slices""";

  /** As {@link #RECORD}, with members. */
  static final String WITH_MEMBERS =
      RECORD
          + """
          ,
            ARRAY(SELECT (extract(epoch FROM m.lease_until) * 1000000)::bigint || ' '
                    || (SELECT count(*) FROM {schema}.subscription_slices c
                        WHERE c.name = m.name AND c.owner = m.member)
                    || ' ' || m.member
                  FROM {schema}.subscription_members m
                  WHERE m.name = s.name AND m.lease_until > statement_timestamp()
                  ORDER BY m.member) AS members""";

  private SubscriptionRows() {}

  static Subscription record(Columns row) {
    return subscription(row, List.of());
  }

  static Subscription withMembers(Columns row) {
    return subscription(row, Arrays.stream(row.texts(6)).map(SubscriptionRows::member).toList());
  }

  private static Subscription subscription(Columns row, List<Member> members) {
    List<Slice> slices = new ArrayList<>();
    for (String text : row.texts(5)) {
      String[] parts = text.split(" ", -1);
      slices.add(
          new Slice(
              slices.size(), Long.parseLong(parts[0]), Positions.of(Long.parseLong(parts[1]))));
    }
    return new Subscription(
        new SubscriptionName(row.text(0)),
        row.number(1),
        EventFilter.decode(row.json(2)),
        row.flag(3),
        slices,
        members,
        row.time(4));
  }

  private static Member member(String text) {
    String[] parts = text.split(" ", 3);
    Instant leaseUntil = Instant.EPOCH.plus(Long.parseLong(parts[0]), ChronoUnit.MICROS);
    return new Member(parts[2], leaseUntil, Integer.parseInt(parts[1]));
  }

  static HeldJob held(Columns row) {
    return new HeldJob(
        new SubscriptionName(row.text(0)), new JobId(row.text(1)), row.flag(2), row.time(3));
  }
}
