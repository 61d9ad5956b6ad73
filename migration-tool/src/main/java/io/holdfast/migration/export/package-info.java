/**
 * Storages as files: {@link io.holdfast.migration.export.DirectoryExport} writes a directory with a
 * file a kind and a manifest, {@link io.holdfast.migration.export.ExportSource} reads it as a
 * source of records, and {@link io.holdfast.migration.export.SqlFile} writes the script that a
 * database makes of itself. Whatever is made has its name when it is whole.
 *
 * <pre>
 * backup/                    nobody else may look into it
 *   workflows.jsonl          a record a line in canonical form, in the order of the kind;
 *   ...                      or workflows.jsonl.zst, compressed with Zstandard
 *   events.jsonl
 *   manifest.json            {"format":"holdfast-export","formatVersion":1,"kinds":[
 *                              {"kind":"workflows","file":"workflows.jsonl","records":5,
 *                               "sha256":"..."}, ...]}
 * </pre>
 *
 * The SHA-256 is that of the lines, whether they are compressed or not. Neither times nor places
 * are in any of these, so that two exports of the same records are identical.
 */
@NullMarked
@CheckReturnValue
package io.holdfast.migration.export;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
