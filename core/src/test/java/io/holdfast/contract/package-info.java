/**
 * The contract kit: what every storage promises, as interfaces of default test methods. A backend
 * implements each of them in a {@code @Nested} class and adds the two accessors of {@link
 * io.holdfast.contract.StorageContract}. The Javadoc of the SPI is the specification; where a
 * contract says something else, the contract is wrong.
 */
@NullMarked
package io.holdfast.contract;

import org.jspecify.annotations.NullMarked;
