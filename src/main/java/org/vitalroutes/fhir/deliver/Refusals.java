package org.vitalroutes.fhir.deliver;

/**
 * Distinguishes a few bad resources from a server that refuses everything, such as after its
 * Patient was deleted. Counted over all parts that were made of one transaction.
 */
public final class Refusals {

  /** Fewer than this are bad resources whatever became of the others. */
  static final int FEW = 8;

  private int taken;
  private int refused;

  /** Records the number of accepted entries. */
  public synchronized void taken(int count) {
    taken += count;
  }

  /**
   * Records a refused entry; returns whether so many were refused that the resources cannot be the
   * cause.
   */
  public synchronized boolean refusedOneTooMany() {
    refused++;
    return refused > FEW && refused > taken;
  }
}
