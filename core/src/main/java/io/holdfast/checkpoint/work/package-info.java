/**
 * How a run's work is kept in a checkpoint, for orchestrators that have no form of their own:
 * {@link io.holdfast.checkpoint.work.WorkState} says which items of which phase are pending, in
 * progress, completed or failed; {@link io.holdfast.checkpoint.work.Resume} makes of a checkpoint
 * the state to go on with. To the store a state is any document: nothing else depends on this
 * package, and nothing in it does I/O.
 *
 * <p>The state of such a checkpoint, for those who read or write it otherwise:
 *
 * <pre>
 * {"format": 1,
 *  "definition": "9f2c...",                 the hash of the definition, or any text that tells one from another
 *  "phases": ["setup", "map", "reduce"],    in order
 *  "phase": "map",                          the one that the run is in
 *  "counts": {"pending": 1, "inProgress": 1, "completed": 1, "failed": 1},
 *  "items": [                               in the order in which they were added
 *    {"item": "make", "phase": "setup", "status": "completed", "data": {}, "result": {"ok": true}},
 *    {"item": "a.rs", "phase": "map", "status": "inProgress", "data": {"lines": 7}},
 *    {"item": "b.rs", "phase": "map", "status": "failed", "data": {}, "failure":
 *      {"attempt": 1, "at": "2026-10-01T08:03:00.000000Z", "errorType": "Timeout",
 *       "message": "no answer", "details": {}}},
 *    {"item": "sum", "phase": "reduce", "status": "pending", "data": {}}],
 *  "context": {}}                           whatever else the orchestrator wants to find again
 * </pre>
 *
 * <p>No item is there twice. Items of phases that are over are completed or failed, those of phases
 * to come pending. {@code result} is there if, and only if, the item is completed; {@code failure}
 * is the latest one, also of an item that was tried again. The counts are those of the items.
 */
@NullMarked
@CheckReturnValue
package io.holdfast.checkpoint.work;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
