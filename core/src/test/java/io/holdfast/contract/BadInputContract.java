package io.holdfast.contract;

/**
 * What becomes of awkward input: it is refused with a typed error before anything is written, or it
 * is stored and read back equal; either way the storage works on. By kind of input.
 */
public interface BadInputContract
    extends NameInputContract,
        JsonInputContract,
        TextAndTimeInputContract,
        LimitInputContract,
        EventInputContract,
        NullInputContract {}
