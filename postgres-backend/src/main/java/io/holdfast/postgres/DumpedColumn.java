package io.holdfast.postgres;

/**
 * A column of a table that is written into a script.
 *
 * @param name its name
 * @param type how PostgreSQL writes its type
 * @param isLong true if its values may be long
 */
record DumpedColumn(String name, String type, boolean isLong) {

  /** Its values are copied as they are written; times and bytes by the settings of the dump. */
  String asText() {
    return "p." + name + "::text";
  }

  /** Compressed as it is stored, so that nothing has to be fetched to know it. */
  String storedBytes() {
    return isLong ? "coalesce(pg_column_size(r." + name + "), 0)" : "8";
  }

  /** Parameter {@code number} as a value of it. */
  String parameter(int number) {
    return "CAST($" + number + "::text AS " + type + ")";
  }
}
