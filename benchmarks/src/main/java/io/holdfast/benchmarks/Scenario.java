package io.holdfast.benchmarks;

import java.util.List;

/** One question, asked of a running server. */
interface Scenario {

  /** The word on the command line. */
  String name();

  /**
   * Measures.
   *
   * @param quick a tenth of the work: for trying out, not for quoting
   */
  List<Metric> run(Server server, boolean quick) throws Exception;
}
