package io.holdfast.postgres;

/** Hears how a transaction ends, also if its caller is gone by then. */
interface TransactionEnd {

  /** For transactions that nobody waits for but their caller. */
  TransactionEnd UNHEARD =
      new TransactionEnd() {
        @Override
        public void committed() {}

        @Override
        public void ended() {}
      };

  /** All of it is kept. */
  void committed();

  /** It holds nothing any more, whether it was kept or not. */
  void ended();
}
