package io.holdfast.postgres;

import io.holdfast.UnifiedStorage;
import io.holdfast.contract.StorageContract;

/** Where the contracts find their storage; a class that takes them on registers the server. */
interface OnPostgres extends StorageContract {

  PostgresServer SERVER = new PostgresServer();

  @Override
  default UnifiedStorage storage() {
    return SERVER.storage();
  }

  @Override
  default UnifiedStorage reopen() {
    return SERVER.reopen();
  }
}
