package io.holdfast;

import java.nio.ByteBuffer;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What a storage in an SQL database can do: write itself as a script that makes it anew. */
public interface SqlExport {

  /**
   * Hands {@code writer} a script of everything that the database holds of this storage, as of one
   * moment: schema, rows, sequences. The database's own client restores it into an empty database,
   * of any owner, in one transaction; what is opened there is the same store and goes on where this
   * one was. Two scripts of the same data are identical byte by byte. What was moved into an
   * archive stays there, and is only listed.
   *
   * <p>Others may write meanwhile; they are not waited for, and do not wait, but for those who want
   * to drop a month or to change the schema. The script is in memory page by page, a page a part,
   * as it is asked for; it is of use only until {@code writer} ends. Cancelling ends it.
   *
   * <p>Fails with what {@code writer} fails with, and with {@link UnavailableException} when the
   * database cannot be used, when its schema is newer than this library, or when nothing is asked
   * for so long that the server gives up.
   *
   * @return what {@code writer} emits; empty if {@code writer} is
   */
  <T> Mono<T> exportSql(Function<Script, Mono<T>> writer);

  /**
   * A script.
   *
   * @param rows how many rows of tables are in it
   * @param parts its text, in order; may be subscribed to once
   */
  record Script(long rows, Flux<Part> parts) {}

  /**
   * A piece of a script.
   *
   * @param table the table that it is about; empty if none
   * @param rows how many rows of the table are in it
   * @param utf8 the text; read only
   */
  record Part(String table, long rows, ByteBuffer utf8) {}
}
