package io.holdfast;

/**
 * Why a storage operation failed. The subtype says what the caller does next; see each of them.
 * Anything that is thrown or emitted and is not one of these is a bug of the library.
 */
public abstract sealed class StorageException extends RuntimeException
    permits NotFoundException,
        ConflictException,
        LockLostException,
        UnavailableException,
        MovedException,
        CorruptDataException,
        InvalidInputException {

  private static final long serialVersionUID = 1L;

  StorageException(String message) {
    super(message);
  }

  StorageException(String message, Throwable cause) {
    super(message, cause);
  }
}
