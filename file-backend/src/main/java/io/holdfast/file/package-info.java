@NullMarked
@CheckReturnValue
package io.holdfast.file;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
