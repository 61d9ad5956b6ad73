/**
 * How the backends keep large states: {@link io.holdfast.checkpoint.content.StatePacker} cuts a
 * state's canonical form into pieces and says which of them are new, {@link
 * io.holdfast.checkpoint.content.StateJoin} puts it together again.
 *
 * <p>The pieces that a version is the first to have are its {@link
 * io.holdfast.checkpoint.content.Pack}: a directory of their SHA-256 and lengths, and a body, which
 * is compressed. A manifest says which pieces of which packs make the state. A version needs the
 * packs from its base, a version whose pack is the whole state, up to its own, and no others.
 *
 * <pre>
 * directory  SHA-256 of the rest | SHA-256 of the body | for each piece: SHA-256, length (4 bytes)
 * body       0 | the pieces, or 1 | the pieces as one Zstandard frame
 * manifest   SHA-256 of the rest | for each run: pack - base, first piece, count (varints)
 * </pre>
 */
@NullMarked
@CheckReturnValue
package io.holdfast.checkpoint.content;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
