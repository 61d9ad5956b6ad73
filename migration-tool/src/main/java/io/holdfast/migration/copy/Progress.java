package io.holdfast.migration.copy;

/** Told how far long work has come. */
public interface Progress {

  /** Shows nothing. */
  Progress NONE = (title, total) -> Task.SILENT;

  /** Work on {@code total} records begins; it ends when the task is closed. */
  Task start(String title, long total);

  /** Work that is under way. Thread safe. */
  interface Task extends AutoCloseable {

    /** Shows nothing. */
    Task SILENT =
        new Task() {
          @Override
          public void advance(String kind, long records) {}

          @Override
          public void close() {}
        };

    /** Another {@code records} of {@code kind} are done. */
    void advance(String kind, long records);

    @Override
    void close();
  }
}
