package io.holdfast.postgres;

/** What event stores share, in and out of transactions: statements, partitions, horizon. */
record EventTools(
    SchemaName schema,
    int tag,
    AppendStatement append,
    PartitionKeeper partitions,
    Archive archive) {

  EventTools(SchemaName schema, int tag, PartitionKeeper partitions) {
    this(schema, tag, new AppendStatement(schema, tag), partitions, Archive.NONE);
  }

  EventTools with(Archive opened) {
    return new EventTools(schema, tag, append, partitions, opened);
  }

  AppendBatch appendBatch() {
    return new AppendBatch(append, schema);
  }

  ArchivedMonths archivedMonths(SqlRunner runner) {
    return new ArchivedMonths(runner, schema);
  }

  EventReader reader(SqlRunner runner) {
    return new EventReader(
        new ArchivedPages(new EventPages(runner, schema, tag), archivedMonths(runner), archive));
  }

  ArchivedNumbers numbers(SqlRunner runner) {
    return new ArchivedNumbers(
        new EventNumbers(runner, schema), reader(runner), archivedMonths(runner), archive);
  }
}
