/**
 * Reads the files of a Prodigy store as records: {@link
 * io.holdfast.migration.prodigy.ProdigySource}. {@code Survey} looks at every file once, decides
 * what becomes of it, and says so; what it takes is listed in {@code Catalogue} (documents) and
 * {@code EventDirectory} (events), and read again when it is exported. {@code docs/prodigy.md}
 * shows where everything goes.
 */
@NullMarked
@CheckReturnValue
package io.holdfast.migration.prodigy;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
