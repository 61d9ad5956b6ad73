/**
 * Durable subscriptions: {@link io.holdfast.subscription.DurableSubscription} is the door, {@link
 * io.holdfast.subscription.SubscriptionStore} keeps the progress.
 */
@NullMarked
@CheckReturnValue
package io.holdfast.subscription;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
