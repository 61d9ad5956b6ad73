/**
 * The stores in one directory. Start at {@link io.holdfast.file.FileStorage}; {@code Writer} wires
 * the rest.
 *
 * <pre>
 * holdfast.json                    what this is: format, id of the store, when it was made
 * LOCK                             locked by the process that writes, which is named in it
 * events/2026-11.jsonl             the events of a month (UTC), a line each, by position
 * archive/2026-01.1-99.jsonl.zst   an archived month, by its first and last position: such lines in
 *                                    Zstandard frames of a mebibyte, which are read one by one
 * archive/2026-01.1-99.manifest.jsonl  what is in it, its SHA-256, and where each frame is
 * sessions/run-7.json              one record each; upper case and whatever is not plain is escaped,
 * workflows/%42uild%20all.json       and a long name is cut and gets a checksum
 * executions/%42uild%20all/1.json
 * checkpoints/run-7/000000000003.json   the state, or a manifest of the pieces that make it
 * checkpoint-packs/run-7/000000000003.json  the pieces that this version was the first to have
 * checkpoint-heads/run-7.json      the highest version, if that checkpoint was deleted
 * dead-letters/run-7/item-12.json
 * locks/leader.json                never deleted, so that tokens only grow
 * subscriptions/billing.json       how far each slice of a durable subscription is
 * subscription-members/billing.json  who works on it, in the process that writes
 * held-jobs/billing/run-7.json     a job whose events go to the dead letters
 * migrations/last.json             the last migration into this storage
 * migration-chunks/events/000000000007.json  a chunk of it that is copied
 * counters/dead-letter-claims.json the highest token of a claim
 * counters/subscription-tokens.json  the highest token of a slice
 *
 * journal-00000004.jsonl           the commits since the last checkpoint
 * index.jsonl                      what would else have to be read at the start; may be deleted
 * batches.jsonl                    the batches that are remembered
 * months.jsonl                     which months were dropped or archived, and how far each job was then
 * position.json                    up to which position events are complete, for reading processes
 * tmp/                             half-written documents; emptied at the start
 * </pre>
 *
 * <p>Every file but {@code LOCK} consists of lines of one shape. The checksum, CRC-32C in hex, is
 * over tag and record: from the second quoted name up to the last brace, without it.
 *
 * <pre>
 * {"crc32c":"511705af","events":{"position":"1","job":"run-7","version":1,"type":"started",
 *     "createdAt":"2026-11-20T10:00:00.000000Z","data":{"agent":1}}}
 * </pre>
 *
 * <p>A commit in the journal is a header and the lines that it announces, which are, byte for byte,
 * the lines of the files. {@code segments} says at which byte of each segment its events begin, so
 * that doing it again changes nothing. This one appended an event, created a session and deleted a
 * dead letter, all or none (lines are cut here):
 *
 * <pre>
 * {"crc32c":"7d9c60f2","commit":{"number":2,"lines":4,"segments":{"2026-11":0}}}
 * {"crc32c":"511705af","events":{"position":"1","job":"run-7","version":1,"type":"started",...}}
 * {"crc32c":"55fb529c","sessions":{"id":"run-7","version":1,"state":"INITIALIZING",...}}
 * {"crc32c":"4c4a84b6","deleted":{"kind":"dead-letters","first":"run-7","second":"item-12"}}
 * {"crc32c":"bdb5f12b","batches":{"id":"b-1","position":1,"parts":[{"job":"run-7",...}]}}
 * </pre>
 *
 * <p>A commit counts once all of its lines are on the disk. Then its lines go into the files; a
 * checkpoint makes those durable and starts a new journal. Opening repeats the journals that are
 * left. A commit that is not whole at the end of the last journal was never acknowledged: it is cut
 * off and reported. Damage anywhere else is an error that names file and line.
 */
@NullMarked
@CheckReturnValue
package io.holdfast.file;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
