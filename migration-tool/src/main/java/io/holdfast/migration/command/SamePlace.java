package io.holdfast.migration.command;

import io.holdfast.migration.export.ExportUrl;
import io.holdfast.migration.prodigy.ProdigyUrl;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * Tells whether two storage URLs mean the same storage, as far as their text shows. Two names of
 * one server go undetected; nothing is written in that case, as every record is already there.
 */
final class SamePlace {

  private static final String SCHEMA = "schema=";

  private SamePlace() {}

  static boolean is(String left, String right) {
    return place(left).equals(place(right));
  }

  /** The same text for every way to write down a place; without user, password and options. */
  static String place(String url) {
    if (ProdigyUrl.is(url)) {
      return ProdigyUrl.parse(url).place();
    }
    if (ExportUrl.is(url)) {
      return ExportUrl.of(real(ExportUrl.directory(url)));
    }
    return url.startsWith("file:") ? "file:" + path(url) : "postgresql://" + server(url);
  }

  /** The directory that a {@code file:} URL names. */
  static Path directory(String url) {
    String locator = url.substring("file:".length());
    int query = locator.indexOf('?');
    String directory = query < 0 ? locator : locator.substring(0, query);
    return Path.of(directory.startsWith("///") ? directory.substring(2) : directory);
  }

  private static Path path(String url) {
    return real(directory(url));
  }

  private static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      // Not there yet: what it will be called has to do.
      return path.toAbsolutePath().normalize();
    }
  }

  /** Host, port, database and schema, without who connects and how. */
  private static String server(String url) {
    int query = url.indexOf('?');
    String address = query < 0 ? url : url.substring(0, query);
    String schema =
        Arrays.stream(query < 0 ? new String[0] : url.substring(query + 1).split("&"))
            .filter(option -> option.startsWith(SCHEMA))
            .findFirst()
            .orElse(SCHEMA + "holdfast");
    String rest =
        address.substring(Math.max(address.indexOf("://") + 3, address.lastIndexOf('@') + 1));
    int slash = rest.indexOf('/');
    String host = slash < 0 ? rest : rest.substring(0, slash);
    String database = slash < 0 ? "/" : rest.substring(slash);
    return host.toLowerCase(Locale.ROOT).replaceFirst(":5432$", "") + database + "?" + schema;
  }
}
