package io.holdfast.postgres;

import io.holdfast.InvalidInputException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server's address; the port is 5432 unless given. IPv6 addresses stand in brackets. */
record HostPort(String host, int port) {

  private static final Pattern TEXT =
      Pattern.compile("(?:\\[([0-9a-fA-F:.%]+)]|([^:\\[\\]/]+))(?::(\\d{1,5}))?");

  static void check(String text) {
    HostPort unused = parse(text);
  }

  static HostPort parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new InvalidInputException(
          "host", "must be host or host:port, brackets round an IPv6 address");
    }
    String host = matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
    int port = matcher.group(3) == null ? 5432 : Check.number("port", matcher.group(3));
    Check.that(port >= 1 && port <= 65_535, "port", "1 to 65535, was " + port);
    return new HostPort(host, port);
  }
}
