package io.holdfast.postgres;

/** What event stores share, in and out of transactions: statements, partitions, horizon. */
record EventTools(SchemaName schema, int tag, AppendBatch append, PartitionKeeper partitions) {

  EventTools(SchemaName schema, int tag, PartitionKeeper partitions) {
    this(schema, tag, new AppendBatch(schema, tag), partitions);
  }

  EventReader reader(SqlRunner runner) {
    return new EventReader(new EventPages(runner, schema, tag));
  }

  EventNumbers numbers(SqlRunner runner) {
    return new EventNumbers(runner, schema);
  }
}
