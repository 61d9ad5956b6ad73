package io.holdfast.postgres;

import io.holdfast.InvalidInputException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads {@code postgresql://user:password@host:port,host:port/database?option=value}. */
final class PostgresUrl {

  private static final String WHAT = "storage URL";

  private static final Pattern TEXT =
      Pattern.compile(
          "postgres(?:ql)?://(?:([^:@/?]*)(?::([^@/?]*))?@)?([^/?@]*)(?:/([^?]*))?(?:\\?(.*))?");

  private static final Pattern PASSWORD =
      Pattern.compile("(://[^:@/?]*:).*(@)|([?&]password=)[^&]*");

  private PostgresUrl() {}

  static boolean accepts(String url) {
    return url.startsWith("postgresql:") || url.startsWith("postgres:");
  }

  static PostgresConfiguration parse(String url) {
    return builder(url).build();
  }

  /** The settings of a URL, to add to. */
  static PostgresConfiguration.Builder builder(String url) {
    Matcher matcher = TEXT.matcher(url);
    if (!matcher.matches()) {
      // Where a password begins and ends is known only behind the //.
      throw new InvalidInputException(
          WHAT,
          "must be postgresql://user@host:port/database?options, "
              + (url.contains("://") ? "was " + redact(url) : "and has no //"));
    }
    if (isGiven(matcher.group(4)) && matcher.group(4).indexOf('@') >= 0) {
      throw new InvalidInputException(
          WHAT, "/, ? and @ in a user name or password must be percent-encoded");
    }
    PostgresConfiguration.Builder builder = PostgresConfiguration.builder();
    if (isGiven(matcher.group(1))) {
      builder.username(decode(matcher.group(1)));
    }
    if (isGiven(matcher.group(2))) {
      builder.password(decode(matcher.group(2)));
    }
    if (isGiven(matcher.group(3))) {
      builder.hosts(List.of(matcher.group(3).split(",", -1)));
    }
    if (isGiven(matcher.group(4))) {
      builder.database(decode(matcher.group(4)));
    }
    if (isGiven(matcher.group(5))) {
      for (String option : matcher.group(5).split("&", -1)) {
        option(builder, option);
      }
    }
    return builder;
  }

  private static void option(PostgresConfiguration.Builder builder, String option) {
    int equals = option.indexOf('=');
    String name = equals < 0 ? option : option.substring(0, equals);
    String value = equals < 0 ? "" : decode(option.substring(equals + 1));
    var unused =
        switch (name) {
          case "user" -> builder.username(value);
          case "password" -> builder.password(value);
          case "schema" -> builder.schema(value);
          case "sslmode" -> builder.sslMode(value);
          case "application_name" -> builder.applicationName(value);
          case "prepared_statements" ->
              builder.preparedStatements(Check.number("prepared_statements", value));
          case "archive" -> builder.archive(value);
          case "upgrade" -> builder.upgrade(Check.yesOrNo(name, value));
          case "connections" -> builder.connections(Check.number(name, value));
          default -> throw new InvalidInputException(WHAT, "unknown option '" + name + "'");
        };
  }

  /** The URL without what may be a password, even when the rest is malformed. */
  static String redact(String url) {
    return PASSWORD
        .matcher(url)
        .replaceAll(
            found ->
                found.group(1) != null
                    ? Matcher.quoteReplacement(found.group(1) + "***" + found.group(2))
                    : Matcher.quoteReplacement(found.group(3) + "***"));
  }

  private static boolean isGiven(@Nullable String part) {
    return part != null && !part.isEmpty();
  }

  private static String decode(String part) {
    try {
      return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new InvalidInputException(WHAT, "broken percent sign in one of its parts");
    }
  }
}
