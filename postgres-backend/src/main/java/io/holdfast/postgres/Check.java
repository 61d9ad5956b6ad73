package io.holdfast.postgres;

import io.holdfast.InvalidInputException;
import io.r2dbc.postgresql.client.SSLMode;

/** Refuses a setting, naming it. */
final class Check {

  private Check() {}

  static void that(boolean condition, String setting, String rule) {
    if (!condition) {
      throw new InvalidInputException(setting, "must be " + rule);
    }
  }

  static SSLMode sslMode(String name) {
    try {
      return SSLMode.fromValue(name);
    } catch (IllegalArgumentException e) {
      throw new InvalidInputException(
          "sslmode",
          "must be disable, allow, prefer, require, verify-ca or verify-full, was " + name);
    }
  }

  static boolean yesOrNo(String setting, String text) {
    that(text.equals("yes") || text.equals("no"), setting, "yes or no, was " + text);
    return text.equals("yes");
  }

  static int number(String setting, String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new InvalidInputException(setting, "must be a number, was " + text);
    }
  }
}
