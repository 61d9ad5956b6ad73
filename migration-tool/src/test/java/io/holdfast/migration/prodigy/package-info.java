/** Stores of Prodigy, made for tests, and what comes of them. */
@NullMarked
package io.holdfast.migration.prodigy;

import org.jspecify.annotations.NullMarked;
