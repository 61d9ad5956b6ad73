/** Workflow definitions and their executions: {@link io.holdfast.workflow.WorkflowStore}. */
@NullMarked
@CheckReturnValue
package io.holdfast.workflow;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
