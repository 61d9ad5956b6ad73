/**
 * Durable, reactive state for workflow orchestrators. Start here:
 *
 * <ol>
 *   <li>{@link io.holdfast.Holdfast#open} opens a {@link io.holdfast.UnifiedStorage} by URL;
 *   <li>it hands out one narrow store a noun: {@link io.holdfast.event.EventLog}, {@link
 *       io.holdfast.session.SessionStore} and so on, one package each;
 *   <li>{@link io.holdfast.UnifiedStorage#inTransaction} binds all of them to one transaction;
 *   <li>every failure is a {@link io.holdfast.StorageException} whose type says what to do next.
 * </ol>
 *
 * <p>Nothing happens before a publisher is subscribed to. Ids, JSON and times are checked when
 * their value is built, so a store never sees a bad one. Every write carries an id, an expected
 * version or a token, so that repeating it is safe.
 */
@NullMarked
@CheckReturnValue
package io.holdfast;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
